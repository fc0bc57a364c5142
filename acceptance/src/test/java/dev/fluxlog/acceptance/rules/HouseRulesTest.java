package dev.fluxlog.acceptance.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The product keeps the rules about classes, and the rules catch what breaks them. */
final class HouseRulesTest {

    static List<HouseRule> packageRules() {
        return PackageRules.all();
    }

    static List<HouseRule> codeRules() {
        return CodeRules.all();
    }

    static List<HouseRule> allRules() {
        return Stream.concat(packageRules().stream(), codeRules().stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("packageRules")
    @Proves("MOD-1")
    void packagesUseWhatTheyMay(HouseRule rule) {
        rule.rule().check(CompiledClasses.of(rule.scope()));
    }

    @ParameterizedTest
    @MethodSource("codeRules")
    void codeKeepsTheRules(HouseRule rule) {
        rule.rule().check(CompiledClasses.of(rule.scope()));
    }

    @ParameterizedTest
    @MethodSource("allRules")
    void aRuleCatchesItsCounterexample(HouseRule rule, @TempDir Path folder) {
        JavaClasses broken = CompiledClasses.of(rule.counterexample(), folder);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rule.rule().check(broken))
                .withMessageContaining("was violated");
    }

    @Test
    void everyModuleWithSourcesIsJudged() throws IOException {
        JavaClasses judged = CompiledClasses.of(HouseRule.Scope.PRODUCT);
        for (Path module : Repository.modules()) {
            Path sources = module.resolve("src/main/java");
            if (!Repository.nameOf(module).startsWith("log-") || !Files.isDirectory(sources)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> Repository.isNamed(file, ".java"))
                        .map(file -> sources.relativize(file).toString())
                        .map(file -> file.substring(0, file.length() - ".java".length())
                                .replace(file.contains("\\") ? '\\' : '/', '.'))
                        .filter(name -> !name.endsWith("-info"))
                        .forEach(name -> assertThat(judged.contain(name))
                                .as("%s is among the classes judged", name)
                                .isTrue());
            }
        }
    }
}

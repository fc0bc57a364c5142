package dev.fluxlog.acceptance.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may import whom. Change it with care: each line keeps a part of the product usable without another.
 *
 * <p>A row says all that a package may use beside itself, the JDK without files, and JSpecify.
 */
final class PackageRules {
    private static final String BASE = "dev.fluxlog";
    private static final String WAIST = "dev.fluxlog.backend";
    private static final String[] REACTOR = {"reactor.core..", "reactor.util..", "org.reactivestreams"};
    private static final String[] HTTP = {"reactor.netty..", "io.netty.."};
    private static final String JACKSON = "tools.jackson..";
    private static final String[] MICROMETER = {
        "io.micrometer.common..", "io.micrometer.core.instrument..", "io.micrometer.observation.."
    };
    private static final String CHRONICLE = "net.openhft..";

    private static final DescribedPredicate<JavaClass> FILES = resideInAPackage("java.nio.file..")
            .or(DescribedPredicate.describe(
                    "open files",
                    type -> Set.of(
                                    "java.io.File",
                                    "java.io.FileInputStream",
                                    "java.io.FileOutputStream",
                                    "java.io.FileReader",
                                    "java.io.FileWriter",
                                    "java.io.RandomAccessFile",
                                    "java.nio.MappedByteBuffer",
                                    "java.nio.channels.AsynchronousFileChannel",
                                    "java.nio.channels.FileChannel",
                                    "java.nio.channels.FileLock")
                            .contains(type.getName())))
            .as("file access");

    private static final DescribedPredicate<JavaClass> JDK =
            resideInAnyPackage("java..", "javax..").and(not(FILES)).as("the JDK without files");

    private PackageRules() {}

    static List<HouseRule> all() {
        return Stream.concat(table().stream(), fences().stream()).toList();
    }

    private static List<HouseRule> table() {
        return List.of(
                row(
                        WAIST,
                        "a medium must be writable by somebody who knows neither Reactor nor the API",
                        may(),
                        "class WaistThatReacts { reactor.core.publisher.Flux<String> frames; }"),
                row(
                        BASE,
                        "the engine is embedded everywhere and runs on any backend, also where there are no files",
                        may(REACTOR, WAIST),
                        "class EngineWithFiles { java.nio.file.Path data; }"),
                row(
                        "dev.fluxlog.memory",
                        "the log in memory is the reference, and has nothing that could fail",
                        may(REACTOR, WAIST, BASE),
                        "class MemoryOnDisk { java.io.RandomAccessFile spill; }"),
                row(
                        "dev.fluxlog.projection",
                        "a projection is a client of the log like any other",
                        may(REACTOR, BASE),
                        "class ProjectionOfFrames { dev.fluxlog.backend.Frame frame; }"),
                row(
                        "dev.fluxlog.blob",
                        "blobs stand beside the log, and files are their medium",
                        may(REACTOR, BASE, "java.nio.file..", "java.nio.channels"),
                        "class BlobInFrames { dev.fluxlog.backend.Frame frame; }"),
                row(
                        "dev.fluxlog.chronicle",
                        "storage serves whoever embeds it, with or without a gateway",
                        may(REACTOR, WAIST, BASE, CHRONICLE, "java.nio.file..", "java.nio.channels", "java.nio"),
                        "class StorageThatServes { io.netty.buffer.ByteBuf buffer; }"),
                row(
                        "dev.fluxlog.access",
                        "who may do what is the same for every log and every way to it",
                        may(
                                REACTOR,
                                "java.nio.file..",
                                "com.nimbusds.jose..",
                                "com.nimbusds.jwt..",
                                "org.slf4j..",
                                HTTP),
                        "class AccessToEvents { dev.fluxlog.EventLog log; }"),
                row(
                        "dev.fluxlog.sse",
                        "the gateway serves every log, whatever its medium",
                        may(REACTOR, BASE, "dev.fluxlog.access", HTTP, JACKSON, "org.slf4j..", MICROMETER),
                        "class GatewayWithBackend { dev.fluxlog.backend.Frame frame; }"),
                row(
                        "dev.fluxlog.client",
                        "the client is the API over HTTP and needs nothing of the server",
                        may(REACTOR, BASE, HTTP, JACKSON, "org.slf4j.."),
                        "class ClientWithBackend { dev.fluxlog.backend.Frame frame; }"),
                row(
                        "dev.fluxlog.jetstream",
                        "a remote engine orders by itself and implements the API",
                        may(REACTOR, BASE, "io.nats..", "org.slf4j.."),
                        "class JetStreamWithBackend { dev.fluxlog.backend.Frame frame; }"),
                row(
                        "dev.fluxlog.tck",
                        "the contract must be fit for implementations that nobody has thought of",
                        may(
                                REACTOR,
                                WAIST,
                                BASE,
                                "dev.fluxlog.spec",
                                "reactor.test..",
                                "org.junit..",
                                "org.opentest4j..",
                                "org.assertj..",
                                "org.awaitility..",
                                "org.reactivestreams..",
                                "org.testng.."),
                        "class ContractOfMemory { dev.fluxlog.memory.MemoryBackend backend; }"),
                row(
                        "dev.fluxlog.spec",
                        "the specification check judges the product and is no part of it",
                        may("org.junit.platform..", "java.nio.file.."),
                        "class CheckThatReacts { reactor.core.publisher.Flux<String> lines; }"));
    }

    private static HouseRule row(
            String name, String because, DescribedPredicate<JavaClass> allowed, String counterexample) {
        DescribedPredicate<JavaClass> usable = allowed.or(resideInAPackage(name))
                .or(resideInAPackage("org.jspecify.."))
                .or(JDK);
        return HouseRule.ofProduct(
                name + " uses what its row allows",
                classes()
                        .that()
                        .resideInAPackage(name)
                        .should()
                        .onlyDependOnClassesThat(usable)
                        .because(because),
                "package " + name + "; " + counterexample);
    }

    private static DescribedPredicate<JavaClass> may(Object... packages) {
        String[] flat = Stream.of(packages)
                .flatMap(entry -> entry instanceof String[] several ? Stream.of(several) : Stream.of((String) entry))
                .toArray(String[]::new);
        return resideInAnyPackage(flat);
    }

    private static List<HouseRule> fences() {
        return List.of(
                HouseRule.ofProduct(
                        "every package has a row",
                        classes()
                                .that()
                                .resideInAPackage("dev.fluxlog..")
                                .and()
                                .resideOutsideOfPackages("dev.fluxlog.cli", "dev.fluxlog.example..")
                                .and()
                                .resideOutsideOfPackage("dev.fluxlog.examples..")
                                .should()
                                .resideInAnyPackage(packagesWithRow())
                                .because("a package without a row here may import anything; add one to PackageRules"),
                        "package dev.fluxlog.sidedoor; class Unruly {}"),
                HouseRule.ofProduct(
                        "Chronicle stays behind the storage module",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("dev.fluxlog.chronicle")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(CHRONICLE)
                                .because("another medium must be able to take its place"),
                        "package dev.fluxlog.cli; class ReadsQueues { net.openhft.chronicle.bytes.Bytes<?> bytes; }"),
                HouseRule.ofProduct(
                        "Chronicle is known to two classes",
                        classes()
                                .that()
                                .resideInAPackage("dev.fluxlog.chronicle")
                                .and(dependOn(CHRONICLE))
                                .should(Conditions.standInAtMost(2))
                                .because("what the library does must be checkable at few places"),
                        "package dev.fluxlog.chronicle; class One { net.openhft.chronicle.bytes.Bytes<?> bytes; }",
                        "package dev.fluxlog.chronicle; class Two { net.openhft.chronicle.bytes.Bytes<?> bytes; }",
                        "package dev.fluxlog.chronicle; class Three { net.openhft.chronicle.bytes.Bytes<?> bytes; }"),
                HouseRule.ofProduct(
                        "Netty and Jackson stay where HTTP is spoken",
                        noClasses()
                                .that()
                                .resideInAPackage("dev.fluxlog..")
                                .and()
                                .resideOutsideOfPackages(
                                        "dev.fluxlog.sse",
                                        "dev.fluxlog.access",
                                        "dev.fluxlog.client",
                                        "dev.fluxlog.cli",
                                        "dev.fluxlog.examples..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("reactor.netty..", "io.netty..", JACKSON, "com.fasterxml.jackson..")
                                .because("whoever embeds a log must not get a server with it"),
                        "package dev.fluxlog.memory; class Serves { io.netty.buffer.ByteBuf buffer; }"),
                HouseRule.ofProduct(
                        "two classes of the gateway know Micrometer, so that it is not needed",
                        noClasses()
                                .that()
                                .doNotHaveFullyQualifiedName("dev.fluxlog.sse.GatewayMetrics")
                                .and()
                                .doNotHaveFullyQualifiedName("dev.fluxlog.sse.GatewayMetrics$Registering")
                                .and()
                                .doNotHaveFullyQualifiedName("dev.fluxlog.sse.GatewayObservations")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(MICROMETER)
                                .because("it is an optional dependency"),
                        "package dev.fluxlog.sse; class Counts { io.micrometer.core.instrument.Counter counter; }"),
                oneJacksonClass("dev.fluxlog.sse"),
                oneJacksonClass("dev.fluxlog.cli"),
                oneJacksonClass("dev.fluxlog.client"),
                HouseRule.ofProduct(
                        "nobody needs the command",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("dev.fluxlog.cli")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("dev.fluxlog.cli")
                                .because("what it can do must be possible without it"),
                        "package dev.fluxlog.cli; public class Wanted {}",
                        "package dev.fluxlog.sse; class UsesCommand { dev.fluxlog.cli.Wanted wanted; }"),
                HouseRule.ofProduct(
                        "nobody needs an example",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages("dev.fluxlog.example..", "dev.fluxlog.examples..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("dev.fluxlog.example..", "dev.fluxlog.examples..")
                                .because("examples show the product and are no part of it"),
                        "package dev.fluxlog.example; public class Shown {}",
                        "package dev.fluxlog.sse; class UsesExample { dev.fluxlog.example.Shown shown; }"),
                HouseRule.ofProduct(
                        "packages form no cycle",
                        slices().assignedFrom(new PackageSlices())
                                .should()
                                .beFreeOfCycles()
                                .because("a part that needs its user cannot be understood or replaced alone"),
                        "package dev.fluxlog.memory; public class There { dev.fluxlog.sse.AndBack back; }",
                        "package dev.fluxlog.sse; public class AndBack { dev.fluxlog.memory.There there; }"));
    }

    private static String[] packagesWithRow() {
        return table().stream()
                .map(HouseRule::name)
                .map(name -> name.substring(0, name.indexOf(' ')))
                .toArray(String[]::new);
    }

    private static HouseRule oneJacksonClass(String name) {
        String broken = "package " + name + "; class %s { tools.jackson.databind.JsonNode node; }";
        return HouseRule.ofProduct(
                "one class of " + name + " knows Jackson",
                classes()
                        .that()
                        .resideInAPackage(name)
                        .and(dependOn(JACKSON))
                        .should(Conditions.standInAtMost(1))
                        .because("the library changes its API with every major version"),
                broken.formatted("Json"),
                broken.formatted("MoreJson"));
    }

    private static DescribedPredicate<JavaClass> dependOn(String packages) {
        DescribedPredicate<JavaClass> wanted = resideInAPackage(packages);
        return DescribedPredicate.describe(
                "depend on " + packages,
                type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> wanted.test(dependency.getTargetClass())));
    }

    /** Each package of ours is a slice, also the base package, which the patterns of ArchUnit cannot name. */
    private static final class PackageSlices implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith(BASE)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of Fluxlog";
        }
    }
}

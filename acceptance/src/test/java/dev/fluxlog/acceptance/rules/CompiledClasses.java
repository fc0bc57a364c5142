package dev.fluxlog.acceptance.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Classes to be judged: what the modules were compiled to, and what a counterexample compiles to. */
final class CompiledClasses {
    private static final JavaClasses PRODUCT = of("classes");
    private static final JavaClasses PRODUCT_AND_TESTS = of("classes", "test-classes");

    private CompiledClasses() {}

    static JavaClasses of(HouseRule.Scope scope) {
        return scope == HouseRule.Scope.PRODUCT ? PRODUCT : PRODUCT_AND_TESTS;
    }

    private static JavaClasses of(String... folders) {
        List<Path> paths = Repository.modules().stream()
                .flatMap(module -> List.of(folders).stream()
                        .map(folder -> module.resolve("target").resolve(folder)))
                .filter(Files::isDirectory)
                .toList();
        return new ClassFileImporter().importPaths(paths);
    }

    /** Compiles the sources into the folder. */
    static JavaClasses of(List<String> sources, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        List<Source> files = IntStream.range(0, sources.size())
                .mapToObj(number -> new Source(sources.get(number)))
                .toList();
        List<String> options =
                List.of("-d", folder.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
        if (!compiler.getTask(complaints, null, null, options, null, files).call()) {
            throw new IllegalArgumentException("the counterexample does not compile: " + complaints);
        }
        return new ClassFileImporter().importPath(folder);
    }

    private static final class Source extends SimpleJavaFileObject {
        private static final java.util.regex.Pattern TYPE =
                java.util.regex.Pattern.compile("(?:class|interface|record|enum) (\\w+)");

        private final String text;

        Source(String text) {
            super(URI.create("string:///" + typeIn(text) + ".java"), Kind.SOURCE);
            this.text = text;
        }

        private static String typeIn(String text) {
            java.util.regex.Matcher type = TYPE.matcher(text);
            if (!type.find()) {
                throw new IllegalArgumentException("no type in " + text);
            }
            return type.group(1);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}

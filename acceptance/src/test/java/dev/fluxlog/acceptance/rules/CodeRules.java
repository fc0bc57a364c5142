package dev.fluxlog.acceptance.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** What code of the product may not do, and how its types are named and kept. */
final class CodeRules {
    private static final String[] COMMANDS = {"dev.fluxlog.cli..", "dev.fluxlog.example..", "dev.fluxlog.examples.."};

    private static final Set<String> BLOCKING =
            Set.of("block", "blockOptional", "blockFirst", "blockLast", "toIterable", "toStream");

    private static final Set<String> WALL_CLOCK = Set.of(
            "java.lang.System.currentTimeMillis()",
            "java.time.Instant.now()",
            "java.time.LocalDate.now()",
            "java.time.LocalTime.now()",
            "java.time.LocalDateTime.now()",
            "java.time.OffsetDateTime.now()",
            "java.time.ZonedDateTime.now()",
            "java.util.Calendar.getInstance()",
            "java.util.Date.<init>()");

    private static final Set<String> DEFAULT_CHARSET = Set.of(
            "java.nio.charset.Charset.defaultCharset()",
            "java.lang.String.getBytes()",
            "java.lang.String.<init>([B)",
            "java.lang.String.<init>([B, int, int)",
            "java.io.ByteArrayOutputStream.toString()",
            "java.io.FileReader.<init>(java.io.File)",
            "java.io.FileReader.<init>(java.lang.String)",
            "java.io.FileWriter.<init>(java.io.File)",
            "java.io.FileWriter.<init>(java.lang.String)",
            "java.io.InputStreamReader.<init>(java.io.InputStream)",
            "java.io.OutputStreamWriter.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintWriter.<init>(java.io.OutputStream)",
            "java.io.PrintWriter.<init>(java.io.OutputStream, boolean)",
            "java.util.Scanner.<init>(java.io.InputStream)");

    private static final Set<String> DEFAULT_LOCALE = Set.of(
            "java.util.Locale.getDefault()",
            "java.lang.String.toLowerCase()",
            "java.lang.String.toUpperCase()",
            "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
            "java.lang.String.formatted([Ljava.lang.Object;)",
            "java.io.PrintStream.printf(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintWriter.printf(java.lang.String, [Ljava.lang.Object;)",
            "java.text.NumberFormat.getInstance()",
            "java.time.format.DateTimeFormatter.ofPattern(java.lang.String)",
            "java.util.Formatter.<init>()");

    private CodeRules() {}

    static List<HouseRule> all() {
        return Stream.concat(calls().stream(), types().stream()).toList();
    }

    private static List<HouseRule> calls() {
        return List.of(
                HouseRule.ofProduct(
                        "a library prints nothing",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(COMMANDS)
                                .and()
                                .doNotHaveFullyQualifiedName("dev.fluxlog.spec.SpecCheck")
                                .should(Conditions.use(
                                        "standard output or error",
                                        Conditions.anyOf(Set.of(
                                                "java.lang.System.out",
                                                "java.lang.System.err",
                                                "java.lang.Throwable.printStackTrace()"))))
                                .because("standard output belongs to the program that embeds it"),
                        "package dev.fluxlog; class Talks { Talks() { System.out.println(); } }"),
                HouseRule.ofEverything(
                        "nobody sleeps",
                        noClasses()
                                .should(Conditions.use(
                                        "a sleep",
                                        Conditions.anyOf(Set.of(
                                                "java.lang.Thread.sleep(long)",
                                                "java.lang.Thread.sleep(long, int)",
                                                "java.util.concurrent.TimeUnit.sleep(long)"))))
                                .because("a pause is too short on a slow machine and too long on every other; wait for"
                                        + " what is to happen"),
                        "class Sleeps { Sleeps() throws InterruptedException { Thread.sleep(1); } }"),
                HouseRule.ofProduct(
                        "time comes from a clock that can be set",
                        noClasses()
                                .should(Conditions.use("the wall clock", Conditions.anyOf(WALL_CLOCK)))
                                .because("what depends on time must be testable without waiting"),
                        "class Looks { java.util.function.Supplier<?> clock = java.time.Instant::now; }"),
                HouseRule.ofProduct(
                        "charsets are named",
                        noClasses()
                                .should(Conditions.use("the default charset", Conditions.anyOf(DEFAULT_CHARSET)))
                                .because("the same bytes must mean the same on every machine"),
                        "class Guesses { byte[] bytes = toString().getBytes(); }"),
                HouseRule.ofProduct(
                        "locales are named",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("dev.fluxlog.tck")
                                .should(Conditions.use("the default locale", Conditions.anyOf(DEFAULT_LOCALE)))
                                .because("a name in lower case must be the same word in Turkey"),
                        "class Shouts { String loud = toString().toUpperCase(); }"),
                HouseRule.ofProduct(
                        "nobody blocks for a publisher",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(COMMANDS)
                                .and()
                                .resideOutsideOfPackage("dev.fluxlog.tck")
                                .should(Conditions.use("a blocking operator", blockingOperator()))
                                .because(
                                        "a thread that waits may be the one that is waited for; only commands and tests"
                                                + " may"),
                        "class Waits { void now(reactor.core.publisher.Mono<String> later) { later.block(); } }"),
                HouseRule.ofProduct(
                        "nobody interrupts",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(COMMANDS)
                                .and()
                                .resideOutsideOfPackage("dev.fluxlog.tck")
                                .should(Conditions.use(
                                        "an interrupt",
                                        Conditions.anyOf(Set.of(
                                                "java.util.concurrent.ExecutorService.shutdownNow()",
                                                "java.util.concurrent.ThreadPoolExecutor.shutdownNow()",
                                                "java.util.concurrent.ScheduledExecutorService.shutdownNow()"))))
                                .because("an interrupt closes the file that the thread works on"),
                        "class Hurries { void end(java.util.concurrent.ExecutorService all) { all.shutdownNow(); } }"),
                HouseRule.ofProduct(
                        "a library has no shutdown hook",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(COMMANDS)
                                .should(Conditions.use(
                                        "a shutdown hook",
                                        Conditions.anyOf(
                                                Set.of("java.lang.Runtime.addShutdownHook(java.lang.Thread)"))))
                                .because("when a log is closed is for its owner to say"),
                        "class Hooks { Hooks() { Runtime.getRuntime().addShutdownHook(new Thread()); } }"));
    }

    private static DescribedPredicate<JavaAccess<?>> blockingOperator() {
        return DescribedPredicate.describe(
                "block(), toIterable() and the like",
                access -> BLOCKING.contains(access.getTarget().getName())
                        && access.getTargetOwner().getPackageName().equals("reactor.core.publisher"));
    }

    private static List<HouseRule> types() {
        return List.of(
                HouseRule.ofProduct(
                        "every package says where null may be",
                        classes()
                                .that()
                                .resideInAPackage("dev.fluxlog..")
                                .should(beInNullMarkedPackage())
                                .because("the compiler checks null only in packages that are @NullMarked"),
                        "package dev.fluxlog.unmarked; class Anything {}"),
                HouseRule.ofEverything(
                        "a name tells the difference",
                        noClasses()
                                .that()
                                .resideInAPackage("dev.fluxlog..")
                                .should()
                                .haveNameMatching(
                                        ".*[.$](Abstract[A-Z]\\w*|Base[A-Z]\\w*|\\w*(Impl|Manager|Utils?|Helper))")
                                .because("such a word says how a type is built, not what it is"),
                        "package dev.fluxlog; class StreamImpl {}"),
                HouseRule.ofProduct(
                        "packages are named after what they are about",
                        noClasses()
                                .should()
                                .resideInAnyPackage("..impl..", "..internal..", "..util..", "..utils..", "..common..")
                                .because("a drawer for the rest fills up"),
                        "package dev.fluxlog.common; class Rest {}"),
                HouseRule.ofProduct(
                        "nobody sees how a log is implemented",
                        classes()
                                .that(assignableTo(EventLog.class).or(assignableTo(EventStream.class)))
                                .and()
                                .areNotInterfaces()
                                .should()
                                .notBePublic()
                                .because("what is not public can change freely"),
                        "package dev.fluxlog; public abstract class OpenLog implements EventLog {}"),
                HouseRule.ofProduct(
                        "the API shows contracts, values and failures",
                        classes()
                                .that()
                                .resideInAPackage("dev.fluxlog")
                                .and()
                                .arePublic()
                                .and()
                                .areNotInterfaces()
                                .and()
                                .areNotRecords()
                                .and()
                                .areNotEnums()
                                .should(beFailureOrFunctions())
                                .because("the engine lies in the same package and is nobody's business"),
                        "package dev.fluxlog; public final class OpenEngine { public int state; }"));
    }

    private static ArchCondition<JavaClass> beInNullMarkedPackage() {
        return new ArchCondition<>("be in a @NullMarked package") {
            @Override
            public void check(JavaClass judged, ConditionEvents events) {
                if (!judged.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            judged, judged.getName() + " is in a package without @NullMarked package-info"));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> beFailureOrFunctions() {
        return new ArchCondition<>("be exceptions, or have static members only") {
            @Override
            public void check(JavaClass judged, ConditionEvents events) {
                boolean isFailure = judged.isAssignableTo(Throwable.class);
                boolean isFunctions = judged.getMembers().stream()
                        .filter(member -> !member.getName().equals("<init>"))
                        .allMatch(member -> member.getModifiers().contains(JavaModifier.STATIC));
                if (!isFailure && !isFunctions) {
                    events.add(SimpleConditionEvent.violated(
                            judged, judged.getName() + " is public, and neither a contract nor a value nor a failure"));
                }
            }
        };
    }
}

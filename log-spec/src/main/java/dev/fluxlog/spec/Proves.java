package dev.fluxlog.spec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Links a test to the criteria of {@code docs/spec} that it proves, by their ids.
 *
 * <p>On a method it speaks for that test, on a class for every test run in it, nested classes included. It is inherited
 * from superclasses and interfaces, so that a contract class links the tests of whoever extends it; an annotation on
 * the subclass adds ids and takes none away. An overriding method starts without the ids of the method it overrides.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Proves {

    /** Ids of criteria, for example {@code "STR-1"}. */
    String[] value();
}

package dev.fluxlog.spec;

import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;

/** An engine whose tests belong to a class but are no methods, as rules kept in fields are. */
final class ClassOnlyEngine implements TestEngine {

    private final Class<?> testClass;

    ClassOnlyEngine(Class<?> testClass) {
        this.testClass = testClass;
    }

    @Override
    public String getId() {
        return "class-only";
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        EngineDescriptor engine = new EngineDescriptor(id, "tests without methods");
        Rules rules = new Rules(id.append("class", testClass.getName()), testClass);
        rules.addChild(new Rule(rules.getUniqueId().append("rule", "one")));
        engine.addChild(rules);
        return engine;
    }

    @Override
    public void execute(ExecutionRequest request) {
        run(request.getRootTestDescriptor(), request.getEngineExecutionListener());
    }

    private void run(TestDescriptor descriptor, EngineExecutionListener listener) {
        listener.executionStarted(descriptor);
        descriptor.getChildren().forEach(child -> run(child, listener));
        listener.executionFinished(descriptor, TestExecutionResult.successful());
    }

    private static final class Rules extends AbstractTestDescriptor {

        Rules(UniqueId id, Class<?> testClass) {
            super(id, testClass.getSimpleName(), ClassSource.from(testClass));
        }

        @Override
        public Type getType() {
            return Type.CONTAINER;
        }
    }

    private static final class Rule extends AbstractTestDescriptor {

        Rule(UniqueId id) {
            super(id, "rule one");
        }

        @Override
        public Type getType() {
            return Type.TEST;
        }
    }
}

package dev.fluxlog.tck;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips what an {@link Implementation} has declared that it cannot do, and says why. */
final class NeedsCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Map<Capability, String> missing = context.getTestInstance()
                .filter(Implementation.class::isInstance)
                .map(instance -> ((Implementation) instance).missing())
                .orElse(Map.of());
        return AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
                .map(Needs::value)
                .filter(missing::containsKey)
                .map(lacking -> ConditionEvaluationResult.disabled("lacks " + lacking + ": " + missing.get(lacking)))
                .orElse(ConditionEvaluationResult.enabled("nothing needed is missing"));
    }
}

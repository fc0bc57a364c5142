package dev.fluxlog.tck;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a contract on an implementation and tells which of its tests passed and failed.
 *
 * <p>It registers nobody else: what a broken log fails is no news for the reports of this run.
 */
final class Judge implements TestExecutionListener {
    private final Set<String> passed = new ConcurrentSkipListSet<>();
    private final Set<String> failed = new ConcurrentSkipListSet<>();

    private Judge() {}

    static Judge of(Class<?> contract) {
        Judge judge = new Judge();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(contract))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build();
        Launcher launcher = LauncherFactory.create(LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build());
        launcher.execute(request, judge);
        return judge;
    }

    @Override
    public void executionFinished(TestIdentifier node, TestExecutionResult result) {
        node.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getMethodName())
                .ifPresent(name ->
                        (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL ? passed : failed).add(name));
    }

    /** Names of the tests that passed somewhere in the contract. */
    Set<String> passed() {
        return passed;
    }

    /** Names of the tests that failed somewhere in the contract. */
    Set<String> failed() {
        return failed;
    }
}

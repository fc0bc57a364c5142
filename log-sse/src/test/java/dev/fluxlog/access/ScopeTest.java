package dev.fluxlog.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
    @ParameterizedTest
    @CsvSource({
        "orders,    orders,     true",
        "orders,    orders-2,   false",
        "orders,    order,      false",
        "orders/*,  orders/1,   true",
        "orders/*,  orders/,    true",
        "orders/*,  orders,     false",
        "orders/*,  Orders/1,   false",
        "*,         anything,   true",
        "*,         $status,    false",
        "$*,        $status,    true",
        "$*,        orders,     false",
        "$status,   $status,    true",
        "a%20b%2Ac, a b*c,      true",
        "a+b,       a+b,        true",
        "%2A,       *,          true",
        "%2A,       x,          false"
    })
    void admitsOneNameOrAllThatBeginAlike(String written, String stream, boolean admitted) {
        assertThat(Scope.of(written).admits(stream)).isEqualTo(admitted);
        assertThat(Scope.of(Scope.of(written).toString())).isEqualTo(Scope.of(written));
    }

    @ParameterizedTest
    @CsvSource({
        "*,        orders/*, true",
        "orders/*, orders/1, true",
        "orders/*, orders/*, true",
        "orders/*, order*,   false",
        "orders,   orders,   true",
        "orders,   orders*,  false",
        "*,        $status,  false"
    })
    void coversWhatItAdmitsAsAWhole(String wide, String narrow, boolean covered) {
        assertThat(Scope.of(wide).covers(Scope.of(narrow))).isEqualTo(covered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*b", "a**", "a b", "a\nb", "%zz", "%4"})
    void whatIsNoScopeIsRefused(String written) {
        assertThatThrownBy(() -> Scope.of(written)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aGrantIsOneOrSeveralRightsOverAScope() {
        assertThat(Grant.of("read,append:orders/*"))
                .isEqualTo(Set.of(
                        new Grant(Right.READ, new Scope("orders/", true)),
                        new Grant(Right.APPEND, new Scope("orders/", true))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "write:orders", ":orders", "read,:orders", "READ:orders", "read:"})
    void whatIsNoGrantIsRefused(String written) {
        assertThatThrownBy(() -> Grant.of(written)).isInstanceOf(IllegalArgumentException.class);
    }
}

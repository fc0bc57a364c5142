package dev.fluxlog.cli;

import dev.fluxlog.access.Grant;
import dev.fluxlog.access.TokenFile;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Makes a token: the line for the file of tokens on standard output, the token itself as a notice, so that {@code >>}
 * puts the line where it belongs and the token only before the eyes.
 */
@Command(
        name = "token",
        description = "Makes a token. Its line for the file of 'serve --tokens' goes to standard output, the token "
                + "itself, which is written nowhere else, to standard error.")
final class TokenCommand implements Runnable {
    private static final int RANDOM_BYTES = 32;

    private final Console console;

    @Parameters(index = "0", paramLabel = "NAME", description = "Whose token it is.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "GRANT",
            description = "What it lets do, like read:orders/* or read,append,admin:*.")
    private List<String> grants = List.of();

    TokenCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (!name.matches("[^\\s#]\\S*")) {
            throw new WrongUsage("A name has no white space and does not begin with #");
        }
        Set<Grant> all = new LinkedHashSet<>();
        for (String grant : grants) {
            try {
                all.addAll(Grant.of(grant));
            } catch (IllegalArgumentException none) {
                throw new WrongUsage(Printable.of(String.valueOf(none.getMessage())));
            }
        }
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = "flx_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        console.line(TokenFile.line(name, token, all));
        console.notice("the token is " + token);
    }
}

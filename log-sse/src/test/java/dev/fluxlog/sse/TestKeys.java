package dev.fluxlog.sse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Locale;

/** Certificates for this machine, made by the tool that comes with the JDK. */
final class TestKeys {
    private static final String WORD = "changeit";

    private TestKeys() {}

    /** Puts {@code chain.pem} and {@code key.pem} into the folder, each in one step. */
    static void write(Path folder, String commonName) throws Exception {
        Path store = folder.resolve(commonName + ".p12");
        Files.deleteIfExists(store);
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + commonName,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        WORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        if (made.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(folder.resolve("keytool.log")));
        }
        KeyStore keys = load(store);
        Key key = keys.getKey("server", WORD.toCharArray());
        replace(folder.resolve("key.pem"), pem("PRIVATE KEY", key.getEncoded()), "rw-------");
        replace(
                folder.resolve("chain.pem"),
                pem("CERTIFICATE", keys.getCertificate("server").getEncoded()),
                "rw-r--r--");
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, WORD.toCharArray());
        }
        return keys;
    }

    private static void replace(Path file, String content, String permissions) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String pem(String kind, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return String.format(Locale.ROOT, "-----BEGIN %s-----%n%s%n-----END %s-----%n", kind, text, kind);
    }
}

package dev.fluxlog.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The few requests of Durable Streams that the tests need, over streams of plain text. */
final class DurableClient {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private DurableClient() {}

    /** What a server has answered. */
    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        /** Empty when it is missing. */
        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    static void create(String url, String stream) throws IOException, InterruptedException {
        Answer answer = send(request(url, stream).PUT(HttpRequest.BodyPublishers.noBody()));
        if (answer.status() != 200 && answer.status() != 201) {
            throw new IOException(
                    "not created: " + answer.status() + " " + answer.response().body());
        }
    }

    static Answer append(String url, String stream, String producer, long epoch, long number, String text)
            throws IOException, InterruptedException {
        return send(numbered(url, stream, producer, epoch, number, text));
    }

    /** An append that is the last of its stream. */
    static Answer last(String url, String stream, String producer, long epoch, long number, String text)
            throws IOException, InterruptedException {
        return send(numbered(url, stream, producer, epoch, number, text).header("Stream-Closed", "true"));
    }

    /** All that the stream holds, as it is read in pages from the start. */
    static String read(String url, String stream) throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        String offset = "-1";
        while (true) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/stream/" + stream + "?offset=" + offset))
                    .timeout(ANSWER_MAX)
                    .build();
            Answer page = new Answer(HTTP.send(request, HttpResponse.BodyHandlers.ofString()));
            if (page.status() != 200) {
                throw new IOException(page.status() + " " + page.response().body());
            }
            all.append(page.response().body());
            if (page.header("Stream-Up-To-Date").equals("true")) {
                return all.toString();
            }
            offset = page.header("Stream-Next-Offset");
        }
    }

    private static HttpRequest.Builder numbered(
            String url, String stream, String producer, long epoch, long number, String text) {
        return request(url, stream)
                .header("Producer-Id", producer)
                .header("Producer-Epoch", Long.toString(epoch))
                .header("Producer-Seq", Long.toString(number))
                .POST(HttpRequest.BodyPublishers.ofString(text));
    }

    private static HttpRequest.Builder request(String url, String stream) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/stream/" + stream))
                .timeout(ANSWER_MAX)
                .header("Content-Type", "text/plain");
    }

    private static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }
}

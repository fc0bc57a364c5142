package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Answers what is no request that could be routed: a line or headers beyond their bound, what is no HTTP, and a body in
 * another transfer coding than chunked, which nobody here can take off. It stands right behind the decoder of a
 * connection. The connection ends with the answer, and nothing more of it is heard, since nobody knows where the next
 * request would begin.
 *
 * <p>An offer to go on in another protocol is passed over. HTTP/2 without TLS is for those who begin with it; to upgrade
 * would mean to hold a body of any size first, and lets requests slip past a proxy that does not know of it.
 */
final class BrokenRequests extends ChannelInboundHandlerAdapter {
    private static final DecoderResult FOREIGN_CODING =
            DecoderResult.failure(new UnsupportedOperationException("a transfer coding other than chunked"));

    private final GatewayOptions options;
    private final ConnectionGuard guard;
    private boolean ended;

    BrokenRequests(GatewayOptions options, ConnectionGuard guard) {
        this.options = options;
        this.guard = guard;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest decoded) {
            decoded.headers().remove(HttpHeaderNames.UPGRADE);
            if (hasForeignCoding(decoded)) {
                decoded.setDecoderResult(FOREIGN_CODING);
            }
        }
        boolean broken = message instanceof HttpRequest decoded
                && decoded.decoderResult().isFailure();
        // Behind a request that is being answered, what comes next has to wait for its turn.
        if (!broken || guard.isBusy()) {
            context.fireChannelRead(message);
            return;
        }
        ended = true;
        HttpRequest request = (HttpRequest) message;
        Problem problem = problem(request.decoderResult().cause());
        String id = Protocol.requestId(request.headers());
        ReferenceCountUtil.release(message);
        ByteBuf body = context.alloc().buffer();
        problem.writeTo(body, "/requests/" + id);
        DefaultFullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), body);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Media.PROBLEM)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set(Protocol.REQUEST_ID, id)
                .set(Protocol.HEADER, Protocol.VERSION);
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /** The decoder takes a body for chunked if that is the last coding, and for none if it does not know the last one. */
    private static boolean hasForeignCoding(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return !codings.isEmpty()
                && !(codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0)));
    }

    private Problem problem(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Problems.addressTooLong(options.lineBytesMax()).problem();
        }
        return cause instanceof TooLongHttpHeaderException
                ? Problems.headersTooLarge(options.headersBytesMax())
                : Problems.notHttp();
    }
}

import { runConformanceTests } from '@durable-streams/server-conformance-tests'
runConformanceTests({ baseUrl: process.env.FLUXLOG_URL, longPollTimeoutMs: 30_000 })

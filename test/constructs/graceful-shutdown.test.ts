import { describe, expect, it } from 'vitest';
import { Duration, GracefulShutdown } from '../../lib/index';

const seconds = Duration.seconds;
const none = new Map<string, string>();
const variablesOf = (shutdown: GracefulShutdown, given: ReadonlyMap<string, string | undefined> = none) => Object.fromEntries(shutdown._variables('Web "web"', given).map(({ name, value }) => [name, value]));

describe('GracefulShutdown', () => {
  it.each<[string, GracefulShutdown, string | undefined, number]>([
    ['apache', GracefulShutdown.apache(), 'sleep 3; apachectl -k graceful-stop; sleep 30', 40],
    ['nginx', GracefulShutdown.nginx({ longestRequest: seconds(60), settle: seconds(5) }), 'sleep 5; nginx -s quit; sleep 60', 72],
    ['phpFpm', GracefulShutdown.phpFpm(), 'sleep 3; kill -QUIT 1; sleep 30', 40],
    ['node', GracefulShutdown.node(), 'sleep 3', 40],
    ['gunicorn', GracefulShutdown.gunicorn(), 'sleep 3', 40],
    ['uvicorn', GracefulShutdown.uvicorn(), 'sleep 3', 40],
    ['puma', GracefulShutdown.puma(), 'sleep 3', 40],
    ['spring', GracefulShutdown.spring(), 'sleep 3', 40],
    ['go', GracefulShutdown.go({ wait: 'program' }), undefined, 40],
    ['signal', GracefulShutdown.signal('SIGINT'), 'sleep 3; kill -INT 1; sleep 30', 40],
    ['command', GracefulShutdown.command('drain'), 'sleep 3; drain', 40],
    ['queueWorker', GracefulShutdown.queueWorker({ longestJob: Duration.minutes(5) }), undefined, 307],
    ['queueWorker of Sidekiq', GracefulShutdown.queueWorker({ signal: 'SIGTSTP' }), 'kill -TSTP 1; sleep 30', 37],
    ['immediate', GracefulShutdown.immediate({ margin: seconds(1) }), undefined, 31],
    ['onSigterm with a grace period of its own', GracefulShutdown.onSigterm({ gracePeriod: seconds(90) }), 'sleep 3', 90],
  ])('%s tells the process, and has the time for it', (_, shutdown, preStop, grace) => {
    expect(shutdown.preStop).toBe(preStop);
    expect(shutdown.gracePeriodSeconds).toBe(grace);
  });

  it('gives servers their own timeout in the way they read it', () => {
    const longestRequest = seconds(45);
    expect(variablesOf(GracefulShutdown.gunicorn())).toEqual({ GUNICORN_CMD_ARGS: '--graceful-timeout 30' });
    expect(variablesOf(GracefulShutdown.gunicorn({ longestRequest }))).toEqual({ GUNICORN_CMD_ARGS: '--graceful-timeout 45 --timeout 45' });
    expect(variablesOf(GracefulShutdown.uvicorn({ longestRequest }))).toEqual({ UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: '45' });
    expect(variablesOf(GracefulShutdown.spring({ longestRequest }))).toEqual({ SERVER_SHUTDOWN: 'graceful', SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE: '45s' });
    expect(GracefulShutdown.phpFpm({ longestRequest }).files).toEqual({ '/usr/local/etc/php-fpm.d/zzz-graceful-shutdown.conf': '[global]\nprocess_control_timeout = 45s\n' });
    expect(variablesOf(GracefulShutdown.node())).toEqual({});
  });

  it('leaves a variable that the process has already, when it agrees or nobody knows its value', () => {
    expect(variablesOf(GracefulShutdown.gunicorn(), new Map([['GUNICORN_CMD_ARGS', '--workers 4 --graceful-timeout=32']]))).toEqual({});
    expect(variablesOf(GracefulShutdown.uvicorn(), new Map([['UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN', undefined]]))).toEqual({});
    expect(variablesOf(GracefulShutdown.spring(), new Map([['SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE', '30000']]))).toEqual({ SERVER_SHUTDOWN: 'graceful' });
  });

  it.each<[GracefulShutdown, string, string, RegExp]>([
    [GracefulShutdown.gunicorn(), 'GUNICORN_CMD_ARGS', '--workers 4', /Web "web": GUNICORN_CMD_ARGS has no --graceful-timeout; add "--graceful-timeout 30" to it/],
    [GracefulShutdown.gunicorn(), 'GUNICORN_CMD_ARGS', '--graceful-timeout 10', /is 10 s, shorter than the longest request of 30 s/],
    [GracefulShutdown.uvicorn(), 'UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN', '37', /with 3 s before it longer than the grace period of 40 s; make longestRequest 37 s/],
    [GracefulShutdown.spring(), 'SERVER_SHUTDOWN', 'immediate', /is not "graceful"/],
    [GracefulShutdown.spring(), 'SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE', '10s', /shorter than the longest request/],
    [GracefulShutdown.spring(), 'SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE', 'soon', /cannot|can be read/],
  ])('refuses a timeout of the program that contradicts its times (%#)', (shutdown, name, value, message) => {
    expect(() => variablesOf(shutdown, new Map([[name, value]]))).toThrow(message);
  });

  it('refuses times and signals that make no sense', () => {
    expect(() => GracefulShutdown.nginx({ margin: seconds(0) })).toThrow(/margin is 0s; it must be a whole number of seconds from 1; leave it out for 7 s/);
    expect(() => GracefulShutdown.node({ settle: Duration.millis(500) })).toThrow(/settle is 500ms/);
    expect(() => GracefulShutdown.apache({ gracePeriod: seconds(39) })).toThrow(/a grace period of 39 s is shorter than settle 3 s \+ longest request 30 s \+ margin 7 s; leave gracePeriod out for 40 s/);
    expect(() => GracefulShutdown.puma({ longestRequest: seconds(60) })).toThrow(/worker_shutdown_timeout 60/);
    expect(GracefulShutdown.puma({ longestRequest: seconds(60), workerShutdownTimeout: seconds(60) }).gracePeriodSeconds).toBe(70);
    expect(() => GracefulShutdown.signal('SIGKILL')).toThrow(/no program can finish anything on SIGKILL/);
    expect(() => GracefulShutdown.command(' ')).toThrow(/the command is empty/);
  });

  it('waits without a shell where the cluster can do it', () => {
    const shutdown = GracefulShutdown.go({ wait: 'kubernetes' });
    expect(shutdown._sleepSeconds).toBe(3);
    expect(shutdown._toKube('Web "web"', true)).toEqual({});
    expect(() => shutdown._toKube('Web "web"', false)).toThrow(/needs Kubernetes 1\.30/);
  });
});

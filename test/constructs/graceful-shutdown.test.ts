import { describe, expect, it } from 'vitest';
import { Config, Duration, GracefulShutdown, Health, Image, StatefulService, type TwelveFactorApp, type VariableSource, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('nginx:1.22');
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
    const build = (kubernetes?: string) => synthesize((app) => new Web(app, 'web', { image, port: 80, shutdown: GracefulShutdown.go({ wait: 'kubernetes' }) }), { environments: { prod: { kubernetes } } });
    expect(ofKind(build('1.30'), 'Deployment').spec.template.spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 3 } } });
    const stateful = synthesize((app) => new StatefulService(app, 'store', { image, port: 80, data: { path: '/data' }, shutdown: GracefulShutdown.go({ wait: 'kubernetes' }) }), { environments: { prod: { kubernetes: '1.30' } } });
    expect(ofKind(stateful, 'StatefulSet').spec.template.spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 3 } } });
    expect(() => build()).toThrow(/Web "web": GracefulShutdown\.go with wait: 'kubernetes' needs Kubernetes 1\.30/);
  });

  it('brings its variables and files to the process', () => {
    const config = (app: TwelveFactorApp, text: string) => new Config(app, 'config', { GUNICORN_CMD_ARGS: text });
    const envOf = (env: (app: TwelveFactorApp) => VariableSource[]) => ofKind(synthesize((app) => new Web(app, 'web', { image, port: 80, shutdown: GracefulShutdown.gunicorn(), env: env(app) })), 'Deployment').spec.template.spec.containers[0].env;
    expect(envOf(() => [])).toEqual([{ name: 'GUNICORN_CMD_ARGS', value: '--graceful-timeout 30' }]);
    expect(envOf((app) => [config(app, '--graceful-timeout 31')])[0].valueFrom.configMapKeyRef.key).toBe('GUNICORN_CMD_ARGS');
    expect(() => envOf((app) => [config(app, '--graceful-timeout 5').pick('GUNICORN_CMD_ARGS')])).toThrow(/Web "web": GUNICORN_CMD_ARGS is 5 s, shorter/);

    const objects = synthesize((app) => new Web(app, 'web', { image, port: 9000, shutdown: GracefulShutdown.phpFpm() }));
    const { containers: [container], volumes } = ofKind(objects, 'Deployment').spec.template.spec;
    expect(container.volumeMounts).toEqual([{ name: 'files-shop-web-shutdown', mountPath: '/usr/local/etc/php-fpm.d/zzz-graceful-shutdown.conf', subPath: 'zzz-graceful-shutdown.conf', readOnly: true }]);
    expect(volumes[0].configMap.name).toBe(ofKind(objects, 'ConfigMap').metadata.name);
    expect(ofKind(objects, 'ConfigMap').data).toEqual({ 'zzz-graceful-shutdown.conf': '[global]\nprocess_control_timeout = 30s\n' });
  });

  it('gives a rollout as long as a start may take', () => {
    const deadline = (minutes: number) => ofKind(synthesize((app) => new Web(app, 'web', { image, port: 80, health: Health.tcp({ startup: Duration.minutes(minutes) }) })), 'Deployment').spec.progressDeadlineSeconds;
    expect(deadline(2)).toBeUndefined();
    expect(deadline(15)).toBe(1020);
  });
});

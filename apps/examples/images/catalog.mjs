import busybox from './busybox/image.mjs';
import clients from './clients/image.mjs';
import etcd from './etcd/image.mjs';
import fluentBit from './fluent-bit/image.mjs';
import fluentd from './fluentd/image.mjs';
import haproxy from './haproxy/image.mjs';
import httpd from './httpd/image.mjs';
import mailpit from './mailpit/image.mjs';
import mariadb from './mariadb/image.mjs';
import memcached from './memcached/image.mjs';
import nginx from './nginx/image.mjs';
import perl from './perl/image.mjs';
import postgresql from './postgresql/image.mjs';
import rabbitmq from './rabbitmq/image.mjs';
import rclone from './rclone/image.mjs';
import redis from './redis/image.mjs';
import registry from './registry/image.mjs';
import servers from './servers/image.mjs';
import versitygw from './versitygw/image.mjs';
import wordpress from './wordpress/image.mjs';

/** Every image that can be built without a registry. One folder each: `image.mjs`, `setup.sh` (gets the root folder) and files under `root/`. */
export const catalog = [busybox, clients, etcd, fluentBit, fluentd, haproxy, httpd, mailpit, mariadb, memcached, nginx, perl, postgresql, rabbitmq, rclone, redis, registry, servers, versitygw, wordpress];

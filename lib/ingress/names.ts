/** Of the IngressClass that every cluster has. */
export const CLASS_NAME = 'twelve';
/** What the classes name whose Ingresses are ours. */
export const CONTROLLER = 'twelve.dev/ingress';

/** Annotation on an Ingress: `false` serves plain HTTP too where its host has TLS. */
export const SSL_REDIRECT = 'ingress.twelve.dev/ssl-redirect';

/** Annotation on a Node: `ready`, or why its proxy cannot have the ports. The proxy runs where the label of the same name says `ready`. */
export const NODE_STATE = 'ingress.twelve.dev/state';
export const READY = 'ready';
export const REFUSED = 'refused';

export const EDGE_NAMESPACE = 'kube-system';
export const EDGE_NAME = 'twelve-ingress';
export const EDGE_LABELS = { 'app.kubernetes.io/name': EDGE_NAME };
export const EDGE_CONTAINER = 'haproxy';
export const EDGE_IMAGE = 'haproxy:2.6';
/** Number of the image's user. */
export const EDGE_USER = 99;

/** Ports of the proxy inside its pod; the host's are DNATed to them. */
export const POD_PORTS = { http: 8080, https: 8443, health: 8404 };

/** On every host: one DaemonSet mounts it everywhere. Below it, each node has a folder of its name. */
export const nodesDirectory = (runtime: string) => `/var/lib/twelve/${runtime}`;
const FOLDER = 'ingress';
export const edgeDirectory = (runtime: string, nodeName: string) => `${nodesDirectory(runtime)}/${nodeName}/${FOLDER}`;
/** Of `edgeDirectory` in `nodesDirectory`, in a container that knows its node's name. */
export const EDGE_SUB_PATH = `$(NODE_NAME)/${FOLDER}`;
/** Where the pod sees it. */
export const MOUNT = '/edge';

import type { ApiRequest, ApiResponse } from '../../api/request';
import type { ServerContext } from '../call';
import { METRICS, MetricsApi } from '../metrics/metrics-api';
import type { RequestInfo } from '../request-info';
import type { ServedVersion } from './served-version';

/** Groups that are not kept in the store. */
export class Aggregator {
  private readonly metrics: MetricsApi;

  constructor(server: ServerContext) {
    this.metrics = new MetricsApi(server);
  }

  versions(): readonly ServedVersion[] {
    return [METRICS];
  }

  /** undefined: the request is for somebody else. */
  async tryAnswer(request: ApiRequest, info: RequestInfo): Promise<ApiResponse | undefined> {
    if (info.isResourceRequest && info.group === METRICS.group && info.version === METRICS.version) return this.metrics.answer(request, info);
    return undefined;
  }
}

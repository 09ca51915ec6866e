export interface ServerSlot {
  readonly address: string;
  readonly port: number;
  /** As srv_admin_state. */
  readonly state: number;
}

// Written from the API's Java records by ConsoleTypesTest; do not edit.

export interface AgentPage {
  readonly items: readonly AgentView[];
  readonly next?: string;
}

export interface AgentView {
  readonly name: string;
  readonly spiffeId: string;
  readonly state: string;
  readonly blueprint: string;
  readonly owner: string;
  readonly sponsors: readonly string[];
  readonly charter?: string;
  readonly runs: number;
}

export interface ApprovalAnswer {
  readonly state: string;
  readonly grant?: GrantView;
  readonly waiting?: DenialView;
  readonly note?: string;
}

export interface ApprovalRequest {
  readonly denial: string;
  readonly terms?: string;
  readonly seconds?: number;
  readonly reason?: string;
}

export interface ApprovalsView {
  readonly grants: readonly GrantView[];
  readonly denials: readonly DenialView[];
  readonly people: number;
  readonly singleOperator: boolean;
}

export interface ContentRequest {
  readonly run: string;
  readonly reason: string;
}

export interface ContentView {
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly unreadable: number;
  readonly more: boolean;
}

export interface DenialView {
  readonly id: string;
  readonly shortId: string;
  readonly agent: string;
  readonly owner: string;
  readonly run: string;
  readonly live: boolean;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly destination: string;
  readonly since: string;
  readonly aboveCeiling: boolean;
  readonly people: number;
  readonly proposed?: DenialViewProposed;
  readonly held?: DenialViewHeld;
}

export interface DenialViewHeld {
  readonly role: string;
  readonly until: string;
}

export interface DenialViewProposed {
  readonly by: string;
  readonly terms: string;
  readonly since: string;
}

export interface DoctorView {
  readonly level: string;
  readonly tries: readonly DoctorViewTry[];
  readonly notes: readonly string[];
}

export interface DoctorViewTry {
  readonly name: string;
  readonly held: boolean;
  readonly happened: string;
}

export interface DrillView {
  readonly state: string;
  readonly person?: string;
  readonly started?: string;
  readonly titles: readonly string[];
  readonly steps: readonly DrillViewStep[];
  readonly summary?: DrillViewSummary;
  readonly exitCode?: number;
  readonly message?: string;
}

export interface DrillViewAgain {
  readonly decided: number;
  readonly changed: number;
  readonly notReplayable: Readonly<Record<string, number>>;
}

export interface DrillViewStep {
  readonly id: string;
  readonly title: string;
  readonly outcome: string;
  readonly control: string;
  readonly contained: string;
  readonly controlContacts: number;
  readonly peerContacts: number;
  readonly peerBytes: number;
  readonly record?: string;
  readonly reason?: string;
}

export interface DrillViewSummary {
  readonly steps: readonly DrillViewStep[];
  readonly packetToSuspensionMillis?: number;
  readonly processesLeft: number;
  readonly incident?: string;
  readonly auditVerified: boolean;
  readonly audit: readonly string[];
  readonly again: DrillViewAgain;
  readonly elapsedMillis: number;
}

export interface GrantView {
  readonly id: string;
  readonly shortId: string;
  readonly denial: string;
  readonly agent: string;
  readonly owner: string;
  readonly run: string;
  readonly destination: string;
  readonly terms: string;
  readonly lasts: string;
  readonly expires?: string;
  readonly granted: string;
  readonly used: boolean;
  readonly aboveCeiling: boolean;
  readonly approvers: readonly string[];
  readonly policy: string;
}

export interface Health {
  readonly status: string;
  readonly version: string;
}

export interface IncidentView {
  readonly id: string;
  readonly run: string;
  readonly agent: string;
  readonly owner: string;
  readonly severity: string;
  readonly opened: string;
  readonly sentence: string;
  readonly findings: readonly IncidentViewFindingView[];
}

export interface IncidentViewFindingView {
  readonly rule: string;
  readonly sentence: string;
  readonly severity: string;
  readonly techniques: readonly string[];
  readonly evidence: readonly string[];
}

export interface OrderView {
  readonly id: string;
  readonly scope: string;
  readonly mode: string;
  readonly reason: string;
  readonly issuer: string;
  readonly epoch: number;
  readonly issued: string;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export interface ProofView {
  readonly address: string;
  readonly verified: boolean;
  readonly index: number;
  readonly size: number;
  readonly leaf: string;
  readonly root: string;
  readonly proof: readonly string[];
  readonly checkpoint: string;
  readonly verifierKey: string;
  readonly record: string;
}

export interface RatesView {
  readonly minutes: readonly RatesViewMinute[];
  readonly losses: Readonly<Record<string, number>>;
  readonly whole: boolean;
}

export interface RatesViewMinute {
  readonly start: number;
  readonly allowed: number;
  readonly denied: number;
}

export interface ReceiptView {
  readonly order: string;
  readonly scope: string;
  readonly mode: string;
  readonly reason: string;
  readonly issuer: string;
  readonly epoch: number;
  readonly points: readonly ReceiptViewPoint[];
  readonly complete: boolean;
  readonly left: number;
  readonly elapsedMicros: number;
  readonly recordedLate: boolean;
  readonly keyId: string;
  readonly signature: string;
}

export interface ReceiptViewPoint {
  readonly name: string;
  readonly confirmed: boolean;
  readonly answer: string;
}

export interface RecordPage {
  readonly items: readonly RecordView[];
  readonly next?: string;
}

export interface RecordView {
  readonly time: string;
  readonly kind: string;
  readonly address: string;
  readonly id: string;
  readonly run?: string;
  readonly agent?: string;
  readonly owner?: string;
  readonly person?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly door?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly decision?: string;
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
  readonly foreseen: readonly RecordViewForeseen[];
  readonly taints: readonly string[];
  readonly detail: Readonly<Record<string, string>>;
  readonly sizes: Readonly<Record<string, number>>;
  readonly cause?: string;
  readonly approve?: string;
}

export interface RecordViewForeseen {
  readonly mode: string;
  readonly decision: string;
  readonly policies: readonly string[];
  readonly code: string;
}

export interface ResumeRequest {
  readonly what: string;
  readonly reason: string;
}

export interface Resumed {
  readonly order: string;
  readonly scope: string;
  readonly runs: number;
}

export interface RunView {
  readonly id: string;
  readonly shortId: string;
  readonly agent: string;
  readonly owner: string;
  readonly state: string;
  readonly level: string;
  readonly pack: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly started: string;
  readonly ended?: string;
  readonly denied: number;
  readonly findings: number;
}

export interface SessionView {
  readonly person: string;
  readonly roles: readonly string[];
  readonly key?: string;
  readonly hours: number;
}

export interface SignIn {
  readonly token: string;
}

export interface StateRequest {
  readonly state: string;
}

export interface Status {
  readonly status: string;
  readonly version: string;
  readonly tenant: string;
  readonly node: string;
  readonly level: string;
  readonly pid: number;
  readonly runs: number;
  readonly database: string;
  readonly singleOperator: boolean;
  readonly witnessed: boolean;
  readonly logs: readonly StatusLogStatus[];
  readonly problems: readonly string[];
}

export interface StatusLogStatus {
  readonly origin: string;
  readonly size: number;
  readonly signed: number;
  readonly verifierKey: string;
  readonly diskUsedPercent: number;
}

export interface StopPoint {
  readonly order: string;
  readonly scope: string;
  readonly mode: string;
  readonly name: string;
  readonly confirmed: boolean;
  readonly answer: string;
  readonly elapsedMicros: number;
}

export interface StopRequest {
  readonly run?: string;
  readonly agent?: string;
  readonly blueprint?: string;
  readonly owner?: string;
  readonly fleet: boolean;
  readonly kill: boolean;
  readonly reason?: string;
}

export interface TokenMade {
  readonly id: string;
  readonly token: string;
  readonly person: string;
  readonly roles: readonly string[];
}

export interface TokenRequest {
  readonly person: string;
  readonly roles: readonly string[];
  readonly bootstrap?: string;
}

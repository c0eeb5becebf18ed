// Data of the demo, entered through the API as people would.
import { firstKey } from "./secrets.mjs";
import { Failure } from "./step.mjs";

const SYNCED_WITHIN_MS = 60_000;

const SCORERS = [
  { full_name: "Maria Orlova", email: "maria.orlova@agency.example.com", scoring_role: "account_manager" },
  { full_name: "Tom Becker", email: "tom.becker@agency.example.com", scoring_role: "sales_person" },
  { full_name: "Aigul Bekova", email: "aigul.bekova@agency.example.com", scoring_role: "ceo" },
];

const PEOPLE = [
  ["Anna", "Petrova", "Backend Engineer", "Screened", 1],
  ["James", "Miller", "Product Manager", "New", 1],
  ["Lena", "Schmidt", "UX Designer", "Technical Interview", 2],
  ["Arman", "Sadykov", "Data Scientist", "Offer Extended", 2],
  ["Sofia", "Rossi", "Account Executive", "Hired", 2],
];

// Each job's factors, and each scorer's view of them, always the same.
const factor = (job, scorer, which) => Math.min(5, Math.max(1, 5 - (job % 5) + ((scorer + which + job) % 3) - 1));

export async function fillDemo(url, secrets) {
  const key = firstKey(secrets);
  const call = async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Failure(`${method} ${path} was answered ${response.status}: ${text}`);
    return text ? JSON.parse(text) : null;
  };
  await call("POST", "/api/sync/recruiterflow");
  await synced(call);
  const scorers = [];
  for (const scorer of SCORERS) {
    const password = secrets.ADMIN_PASSWORD;
    scorers.push(await call("POST", "/api/users", { ...scorer, role: "recruiter", password }));
  }
  const jobs = await call("GET", "/api/jobs");
  const today = new Date().toISOString().slice(0, 10);
  // Two thirds of the jobs: the others are pending.
  const scored = jobs.filter((_, number) => number % 3 !== 2);
  for (const [number, job] of scored.entries()) {
    for (const [who, scorer] of scorers.entries()) {
      await call("POST", `/api/jobs/${job.id}/score`, {
        scorer_id: scorer.id,
        scoring_date: today,
        client_engagement_score: factor(number, who, 0),
        search_difficulty_score: factor(number, who, 1),
        time_open_score: factor(number, 0, 2),
        fee_size_score: factor(number, 0, 3),
      });
    }
  }
  for (const [firstName, lastName, position, status, phase] of PEOPLE) {
    const email = `${firstName}.${lastName}@example.com`.toLowerCase();
    const person = await call("POST", "/api/candidates", { firstName, lastName, email, position, status, phase });
    const scheduledDate = `${today}T14:00:00Z`;
    await call("POST", "/api/interviews", { candidateId: person.id, scheduledDate, interviewer: "Maria Orlova" });
  }
  return `${jobs.length} open jobs, ${scored.length} of them scored`;
}

async function synced(call) {
  const deadline = Date.now() + SYNCED_WITHIN_MS;
  for (;;) {
    const { status, last_error } = await call("GET", "/api/sync/status");
    if (status === "synced") return;
    if (status === "error" || Date.now() > deadline) throw new Failure(`the sync stands as ${status}: ${last_error}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

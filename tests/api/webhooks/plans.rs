//! That nothing that is done about webhooks reads the whole table.

use serde_json::json;

use super::{FAILED, SECOND, about_job, app, stage_move};
use crate::support::query;

#[tokio::test]
async fn every_statement_finds_its_webhooks_by_an_index() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.rf_has_candidate(24, &[(7, true)]);
    app.db.watch_plans();
    for body in [stage_move(7, 24, "2024-01-20T10:59:00+0000"), json!({"candidate_id": 24}), json!({})] {
        app.hook(&body).await;
    }
    app.run_tasks_after(SECOND).await;
    let ids = [app.fail_hook(&about_job("", 8)).await, app.fail_hook(&about_job("", 9)).await];
    let page = app.get(&query(FAILED, &[("limit", "1")])).await.expect(200);
    let next = page["next"].as_str().unwrap();
    app.get(&query(FAILED, &[("after", next)])).await.expect(200);
    app.get(&format!("{FAILED}/{}", ids[0])).await.expect(200);
    app.post(&format!("{FAILED}/{}/replay", ids[0]), json!({})).await.expect(202);
    app.post(&format!("{FAILED}/replay"), json!({})).await.expect(202);
    app.run_due_tasks().await;
    let plans = app.db.plans();
    let of_hooks: Vec<_> =
        plans.iter().filter(|plan| plan.split(": ").next().unwrap().contains("inbound_hooks")).collect();
    assert!(of_hooks.len() > 30, "{of_hooks:?}");
    let scans: Vec<_> = of_hooks.iter().filter(|plan| plan.starts_with("SCAN")).collect();
    assert!(scans.is_empty(), "{scans:#?}");
    for index in ["inbound_hooks_open", "inbound_hooks_failed", "inbound_hooks_by_key"] {
        assert!(of_hooks.iter().any(|plan| plan.contains(index)), "{index}");
    }
}

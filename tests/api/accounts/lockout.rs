//! Five failures lock an e-mail for 15 minutes.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{PASSWORD, is_refused};
use crate::support::{Answer, TestApp};

const LOCKED: &str = "Too many failed sign-ins: try again later";

async fn with_anna() -> TestApp {
    let app = TestApp::new();
    app.enter_user("anna@example.com", "recruiter").await;
    app
}

/// Fails so often, each time because the password is wrong.
async fn fail(app: &TestApp, email: &str, times: usize) {
    for _ in 0..times {
        is_refused(&app.sign_in(email, "wrong").await, 401, "Invalid email or password");
    }
}

/// Expects an e-mail to be locked for so many seconds.
#[track_caller]
fn is_locked(answer: &Answer, seconds: &str) {
    is_refused(answer, 429, LOCKED);
    assert_eq!(answer.header("retry-after"), Some(seconds));
}

#[tokio::test]
async fn after_five_failures_the_right_password_is_refused_too() {
    let app = with_anna().await;
    fail(&app, "anna@example.com", 5).await;
    is_locked(&app.sign_in("anna@example.com", PASSWORD).await, "900");
    is_locked(&app.sign_in("ANNA@example.com", "wrong").await, "900");
    assert_eq!(app.trips(), 1);
    app.pass(Duration::from_millis(899_001)).await;
    is_locked(&app.sign_in("anna@example.com", PASSWORD).await, "1");
}

#[tokio::test]
async fn after_fifteen_minutes_it_is_open_and_counts_anew() {
    let app = with_anna().await;
    fail(&app, "anna@example.com", 5).await;
    app.pass(Duration::from_mins(15)).await;
    fail(&app, "anna@example.com", 4).await;
    app.sign_in("anna@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_lock_is_not_drawn_out_by_more_failures() {
    let app = with_anna().await;
    fail(&app, "anna@example.com", 5).await;
    app.pass(Duration::from_mins(14)).await;
    is_locked(&app.sign_in("anna@example.com", "wrong").await, "60");
    app.pass(Duration::from_mins(1)).await;
    app.sign_in("anna@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn four_failures_do_not_lock_and_a_good_sign_in_forgets_them() {
    let app = with_anna().await;
    for _ in 0..3 {
        fail(&app, "anna@example.com", 4).await;
        app.sign_in("anna@example.com", PASSWORD).await.expect(200);
        assert_eq!(app.db.texts("SELECT count(*) || '' FROM sign_ins"), ["0"]);
    }
}

#[tokio::test]
async fn failures_further_apart_are_not_counted_together() {
    let app = with_anna().await;
    fail(&app, "anna@example.com", 4).await;
    app.pass(Duration::from_mins(15)).await;
    fail(&app, "anna@example.com", 4).await;
    app.sign_in("anna@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_email_that_nobody_has_is_locked_as_any_other_and_alone() {
    let app = with_anna().await;
    fail(&app, "nobody@example.com", 5).await;
    is_locked(&app.sign_in("nobody@example.com", "wrong").await, "900");
    app.sign_in("anna@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_user_who_is_inactive_is_locked_as_any_other_by_the_right_password_too() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    app.delete(&super::path_of(&anna)).await.expect(204);
    for _ in 0..5 {
        app.sign_in("anna@example.com", PASSWORD).await.expect(401);
    }
    is_locked(&app.sign_in("anna@example.com", PASSWORD).await, "900");
}

#[tokio::test]
async fn of_any_number_at_once_five_learn_that_they_were_wrong() {
    let app = with_anna().await;
    let tries = (0..12).map(|_| app.sign_in("anna@example.com", "wrong"));
    let statuses: Vec<_> = join_all(tries).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 7, "{statuses:?}");
    assert_eq!(app.db.texts("SELECT failures || '' FROM sign_ins"), ["5"]);
}

#[tokio::test]
async fn the_right_one_among_many_at_once_learns_nothing_after_the_fifth() {
    let app = with_anna().await;
    let tries = (0..12).map(|at| {
        let password = if at == 11 { PASSWORD } else { "wrong" };
        app.sign_in("anna@example.com", password)
    });
    let last = join_all(tries).await.pop().unwrap();
    is_locked(&last, "900");
    assert_eq!(app.db.texts("SELECT last_login_at FROM users"), ["NULL"]);
}

#[tokio::test]
async fn good_sign_ins_at_once_are_all_good() {
    let app = with_anna().await;
    let tries = (0..7).map(|_| app.sign_in("anna@example.com", PASSWORD));
    assert!(join_all(tries).await.iter().all(|answer| answer.status == 200));
}

#[tokio::test]
async fn a_wrong_current_password_counts_as_a_failed_sign_in() {
    let app = with_anna().await;
    let token = app.token("anna@example.com").await;
    let change = json!({"current_password": "wrong", "new_password": "another long one"}).to_string();
    for _ in 0..5 {
        app.call_as(&token, "POST", "/api/auth/password", change.clone()).await.expect(400);
    }
    is_locked(&app.call_as(&token, "POST", "/api/auth/password", change).await, "900");
    is_locked(&app.sign_in("anna@example.com", PASSWORD).await, "900");
    app.call_as(&token, "GET", "/api/auth/me", "").await.expect(200);
}

#[tokio::test]
async fn failures_that_count_no_more_are_removed_and_locks_stay() {
    let app = with_anna().await;
    fail(&app, "old@example.com", 1).await;
    app.pass(Duration::from_mins(14)).await;
    fail(&app, "old@example.com", 4).await;
    fail(&app, "new@example.com", 1).await;
    app.pass(Duration::from_mins(14)).await;
    app.prune().await;
    is_locked(&app.sign_in("old@example.com", "wrong").await, "60");
    app.pass(Duration::from_mins(2)).await;
    app.prune().await;
    assert_eq!(app.db.texts("SELECT email_key FROM sign_ins"), ["new@example.com"]);
    app.pass(Duration::from_mins(14)).await;
    app.prune().await;
    assert_eq!(app.db.texts("SELECT email_key FROM sign_ins"), [""; 0]);
}

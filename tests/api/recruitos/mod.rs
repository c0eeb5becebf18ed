//! RecruitOS: every example of the contract, every rule decided beside it.

mod candidates;

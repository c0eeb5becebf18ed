//! Tests of the clients of outside services, against their fakes.

mod recruiterflow;

//! Where a person stands, in Edgehire's own words, and how each contract's words map to it.
//!
//! Invariant: writing a word moves the stage only when the word is not already a reading of the
//! present stage, so that a contract with fewer words never throws a person back.

use super::words::words;

words! {
    /// Where a person stands. Stored, never shown to a contract as such.
    Stage {
        /// Applied or was sourced; nobody has looked yet.
        Applied = "applied",
        /// Looked at and kept.
        Screened = "screened",
        /// A test is out.
        TestSent = "test_sent",
        /// A test came back.
        TestDone = "test_done",
        /// A first interview is planned or running.
        InterviewPending = "interview_pending",
        /// The first interview is over.
        InterviewDone = "interview_done",
        /// In the technical round.
        TechnicalInterview = "technical_interview",
        /// In the final round.
        FinalInterview = "final_interview",
        /// An offer is out.
        Offer = "offer",
        /// Hired.
        Hired = "hired",
        /// Turned down.
        Rejected = "rejected",
    }
}

words! {
    /// Status of a candidate in RecruitOS (contract: `CandidateBase.status`; the eight words are decided).
    RecruitosStatus {
        /// Just arrived.
        New = "New",
        /// Looked at.
        Screened = "Screened",
        /// First interview.
        PhoneInterview = "Phone Interview",
        /// Turned down.
        Rejected = "Rejected",
        /// Technical round.
        TechnicalInterview = "Technical Interview",
        /// Final round.
        FinalInterview = "Final Interview",
        /// Offer is out.
        OfferExtended = "Offer Extended",
        /// Hired.
        Hired = "Hired",
    }
}

impl RecruitosStatus {
    /// The stages that read as this word; the first is the one that writing the word enters.
    #[must_use]
    pub const fn readings(self) -> &'static [Stage] {
        match self {
            Self::New => &[Stage::Applied],
            Self::Screened => &[Stage::Screened, Stage::TestSent, Stage::TestDone],
            Self::PhoneInterview => &[Stage::InterviewPending, Stage::InterviewDone],
            Self::Rejected => &[Stage::Rejected],
            Self::TechnicalInterview => &[Stage::TechnicalInterview],
            Self::FinalInterview => &[Stage::FinalInterview],
            Self::OfferExtended => &[Stage::Offer],
            Self::Hired => &[Stage::Hired],
        }
    }

    /// The stage that writing this word enters, unless the present one already reads so.
    #[must_use]
    pub const fn enters(self) -> Stage {
        match self {
            Self::New => Stage::Applied,
            Self::Screened => Stage::Screened,
            Self::PhoneInterview => Stage::InterviewPending,
            Self::Rejected => Stage::Rejected,
            Self::TechnicalInterview => Stage::TechnicalInterview,
            Self::FinalInterview => Stage::FinalInterview,
            Self::OfferExtended => Stage::Offer,
            Self::Hired => Stage::Hired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_reads_as_exactly_one_status() {
        for stage in Stage::ALL {
            let words = RecruitosStatus::ALL.iter().filter(|w| w.readings().contains(stage)).count();
            assert_eq!(words, 1, "{stage:?}");
        }
    }

    #[test]
    fn a_word_enters_a_stage_that_reads_as_it() {
        for word in RecruitosStatus::ALL {
            assert!(word.readings().contains(&word.enters()), "{word:?}");
        }
    }

    #[test]
    fn words_are_read_without_case_and_refused_with_the_list() {
        assert_eq!(" phone INTERVIEW ".parse(), Ok(RecruitosStatus::PhoneInterview));
        let refused = "Maybe".parse::<RecruitosStatus>().unwrap_err();
        assert!(refused.to_string().starts_with("must be one of: New, Screened,"), "{refused}");
    }
}

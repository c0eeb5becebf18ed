//! Words a contract counts out (a status, a source, a type): one macro that makes an enum of them.

/// Makes an enum whose values are the listed words. Reading ignores case and blanks around;
/// writing gives the word as listed. Anything else is refused with the list.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as the contract lists it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::Invalid;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                $(if raw.trim().eq_ignore_ascii_case($word) { return Ok(Self::$variant); })+
                let listed = [$($word),+].join(", ");
                Err($crate::domain::Invalid(format!("must be one of: {listed}").into()))
            }
        }
    };
}

pub(crate) use words;

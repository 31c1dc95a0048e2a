//! What each provider is as a value: every question goes to the kind of the same name.

use super::codec::{self, Checked};
use super::error::BodyError;
use super::kind::{Kind, LifeCycle, Policy, Scope, ScopeOf, Sealed};
use super::provider::{Provider, providers};

macro_rules! registry {
    ($($(#[$doc:meta])* $kind:ident = $slug:literal in $module:ident,)+) => {
        $(impl Sealed for super::$module::$kind {})+

        impl Provider {
            /// Its stable number.
            pub const fn number(self) -> u16 {
                match self { $(Self::$kind => <super::$module::$kind as Kind>::NUMBER,)+ }
            }

            /// As people write it.
            pub const fn display_name(self) -> &'static str {
                match self { $(Self::$kind => <super::$module::$kind as Kind>::NAME,)+ }
            }

            /// The version of its body's JSON that is written.
            pub const fn schema(self) -> u16 {
                match self { $(Self::$kind => <super::$module::$kind as Kind>::SCHEMA,)+ }
            }

            /// How its credential grows old.
            pub const fn life_cycle(self) -> LifeCycle {
                match self { $(Self::$kind => <super::$module::$kind as Kind>::LIFE,)+ }
            }

            /// Who brings its credential.
            pub const fn scope(self) -> Scope {
                match self { $(Self::$kind => <<super::$module::$kind as Kind>::Scope as ScopeOf>::SCOPE,)+ }
            }
        }

        /// Checks what a tenant sends for a provider (the fields of its body, without a version), and gives what is sealed.
        ///
        /// # Errors
        /// [`BodyError`]; `PlatformManaged` where the operator brings the credential.
        pub fn validate_json(provider: Provider, json: &[u8], policy: Policy) -> Result<Checked, BodyError> {
            match provider {
                Provider::Vapi if policy.tenant_vapi => codec::validate::<super::vapi::TenantVapi>(json, policy),
                $(Provider::$kind => codec::validate::<super::$module::$kind>(json, policy),)+
            }
        }

        /// Checks what an older product stored for a provider, and gives what is sealed. For an explicit import only.
        ///
        /// # Errors
        /// [`BodyError`].
        pub fn import_json(provider: Provider, json: &[u8], policy: Policy) -> Result<Checked, BodyError> {
            match provider {
                Provider::Vapi if policy.tenant_vapi => codec::import::<super::vapi::TenantVapi>(json, policy),
                $(Provider::$kind => codec::import::<super::$module::$kind>(json, policy),)+
            }
        }

        /// Reads an opened credential and writes it again in today's schema, for work that names no provider as a type.
        ///
        /// # Errors
        /// [`BodyError`].
        pub fn review(provider: Provider, plaintext: &[u8], policy: Policy) -> Result<Checked, BodyError> {
            match provider {
                $(Provider::$kind => {
                    let body = codec::read::<super::$module::$kind>(plaintext)?;
                    codec::write::<super::$module::$kind>(&body, policy)
                })+
            }
        }
    };
}

providers!(registry);

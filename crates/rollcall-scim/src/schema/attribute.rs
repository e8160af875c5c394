//! What is known of one attribute (RFC 7643 §2 and §7), and a terse way to write it down.

/// The definition of one attribute. Defaults are those of RFC 7643 §2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// The name in its canonical spelling.
    pub name: &'static str,
    /// The type of one value.
    pub kind: Kind,
    /// Whether it holds an array of values.
    pub multi_valued: bool,
    /// Whether a resource cannot be without it. Of a sub-attribute: whether the value that it is part of
    /// cannot be; a value of several that lacks such a part is no value.
    pub required: bool,
    /// Whether the server supplies a value where a client leaves it away. A body may lack such an attribute
    /// although it is required; a PATCH cannot take it away.
    pub supplied: bool,
    /// Whether upper and lower case differ in comparisons.
    pub case_exact: bool,
    /// Who may write it, and when.
    pub mutability: Mutability,
    /// When it is part of an answer.
    pub returned: Returned,
    /// Where no second resource may have the same value.
    pub uniqueness: Uniqueness,
    /// Usual values; others are accepted too.
    pub canonical_values: &'static [&'static str],
    /// What a reference may point to: resource types, `external` or `uri`.
    pub reference_types: &'static [&'static str],
    /// The attributes inside a complex one.
    pub sub_attributes: &'static [Attribute],
    /// A sentence for humans.
    pub description: &'static str,
}

/// The data types of RFC 7643 §2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JSON string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number with a fraction.
    Decimal,
    /// A whole number.
    Integer,
    /// A string with an `xsd:dateTime`.
    DateTime,
    /// A string with a URI.
    Reference,
    /// A string in base64.
    Binary,
    /// An object of sub-attributes.
    Complex,
}

/// Who may write an attribute (RFC 7643 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// Only the server.
    ReadOnly,
    /// The client, at any time.
    ReadWrite,
    /// The client, once.
    Immutable,
    /// The client, and nobody reads it.
    WriteOnly,
}

/// When an attribute is part of an answer (RFC 7643 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// Always, whatever the client asks for.
    Always,
    /// Never.
    Never,
    /// Unless the client asks for other attributes.
    Default,
    /// Only if the client asks for it.
    Request,
}

/// Where a value must be unique (RFC 7643 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// Nowhere.
    None,
    /// Within the service that the client sees.
    Server,
    /// Everywhere.
    Global,
}

impl Attribute {
    /// An optional, readable and writable attribute with one value.
    pub const fn new(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self {
            name,
            kind,
            multi_valued: false,
            required: false,
            supplied: false,
            // RFC 7643 §2.3.6 and §2.3.7: binary data and references are case-exact.
            case_exact: matches!(kind, Kind::Reference | Kind::Binary),
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            canonical_values: &[],
            reference_types: &[],
            sub_attributes: &[],
            description,
        }
    }

    /// A string, compared without regard to case.
    pub const fn string(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::String, description)
    }

    /// A reference to one of the given types.
    pub const fn reference(
        name: &'static str,
        reference_types: &'static [&'static str],
        description: &'static str,
    ) -> Self {
        Self { reference_types, ..Self::new(name, Kind::Reference, description) }
    }

    /// An object of sub-attributes.
    pub const fn complex(
        name: &'static str,
        sub_attributes: &'static [Attribute],
        description: &'static str,
    ) -> Self {
        Self { sub_attributes, ..Self::new(name, Kind::Complex, description) }
    }

    /// The same, holding an array of values.
    pub const fn multi_valued(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    /// The same, and a resource cannot be without it.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, and the server supplies a value where the client leaves it away.
    pub const fn supplied(self) -> Self {
        Self { supplied: true, ..self }
    }

    /// The same, and case counts.
    pub const fn case_exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    /// The same with another mutability.
    pub const fn mutability(self, mutability: Mutability) -> Self {
        Self { mutability, ..self }
    }

    /// The same with another rule for answers.
    pub const fn returned(self, returned: Returned) -> Self {
        Self { returned, ..self }
    }

    /// The same with a rule of uniqueness.
    pub const fn uniqueness(self, uniqueness: Uniqueness) -> Self {
        Self { uniqueness, ..self }
    }

    /// The same with usual values.
    pub const fn canonical_values(self, canonical_values: &'static [&'static str]) -> Self {
        Self { canonical_values, ..self }
    }

    /// The sub-attribute of this name; names are case-insensitive (RFC 7643 §2.1).
    pub fn sub_attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    /// The parts that a value of this attribute cannot be without.
    pub(crate) fn required_parts(&self) -> impl Iterator<Item = &'static Attribute> + use<> {
        self.sub_attributes.iter().filter(|sub| sub.required)
    }

    /// Whether clients cannot write it.
    pub fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }

    /// Whether it is something like a password: written, and kept from everyone who reads.
    pub(crate) fn is_secret(&self) -> bool {
        self.mutability == Mutability::WriteOnly && self.returned == Returned::Never
    }
}

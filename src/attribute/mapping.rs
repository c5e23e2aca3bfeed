use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::{AttributeName, Attributes, ColumnChange, ColumnName, MappingError};

/// Which attribute of Cognito fills which column of the `users` table at a login.
///
/// The default is Warrant's: `email`, `given_name` to `first_name`, `family_name` to `last_name`.
/// Columns that carry rights are refused by name, and all columns are looked up in the table
/// at start-up.
///
/// # Examples
///
/// ```
/// use axum_cognito::attribute::AttributeMapping;
///
/// let mapping = AttributeMapping::default().with("custom:dept", "department")?;
/// assert_eq!(mapping.iter().count(), 4);
///
/// let error = mapping.with("custom:role", "is_staff").expect_err("carries rights");
/// assert!(error.to_string().contains("dangerous_allow_privileged_column"));
/// # Ok::<_, axum_cognito::attribute::MappingError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttributeMapping {
    targets: BTreeMap<AttributeName, Target>,
    allowed_columns: BTreeSet<ColumnName>,
    /// Which group each of these columns tells of.
    flags: BTreeMap<ColumnName, String>,
    /// Whether unverified addresses are taken for missing.
    only_verified: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Target {
    column: ColumnName,
    when_missing: WhenMissing,
}

/// What happens to a column when Cognito does not send its attribute.
///
/// An attribute is missing when the user has none, but also when the app client may not read it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum WhenMissing {
    /// Empties the column.
    Clear,
    /// Leaves the column as it is.
    #[default]
    Keep,
}

static STANDARD: LazyLock<AttributeMapping> = LazyLock::new(|| {
    let pairs = [
        ("email", "email"),
        ("family_name", "last_name"),
        ("given_name", "first_name"),
    ];
    AttributeMapping::new(pairs).expect("the standard names are valid")
});

impl AttributeMapping {
    /// Creates a mapping of these pairs of attribute and column, and of no others.
    ///
    /// # Errors
    ///
    /// Returns a [`MappingError`] that names the pair that cannot be, and what to write.
    pub fn new<A, C>(pairs: impl IntoIterator<Item = (A, C)>) -> Result<Self, MappingError>
    where
        A: AsRef<str>,
        C: AsRef<str>,
    {
        pairs
            .into_iter()
            .try_fold(Self::empty(), |mapping, (attribute, column)| {
                let attribute = attribute.as_ref().parse()?;
                if mapping.targets.contains_key(&attribute) {
                    return Err(MappingError::DuplicateAttribute { attribute });
                }
                mapping.with_parsed(attribute, column.as_ref().parse()?)
            })
    }

    /// Creates a mapping without any pair: logins leave the mapped columns alone.
    pub fn empty() -> Self {
        Self {
            targets: BTreeMap::new(),
            allowed_columns: BTreeSet::new(),
            flags: BTreeMap::new(),
            only_verified: false,
        }
    }

    /// Returns the default mapping.
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// Reads a mapping from JSON, as `COGNITO_ATTR_MAPPING` holds it. The defaults do not
    /// apply beside it.
    ///
    /// The value is the column, or an object that also says what happens when the attribute
    /// is missing: `{"custom:dept": {"column": "department", "when_missing": "clear"}}`.
    ///
    /// # Errors
    ///
    /// Returns a [`MappingError`] that says what to write.
    pub fn from_json(json: &str) -> Result<Self, MappingError> {
        super::json::read(json)
    }

    /// Maps an attribute to a column, also if it went to another column before.
    ///
    /// # Errors
    ///
    /// A [`MappingError`] says why this pair cannot be, and what to write.
    pub fn with(self, attribute: &str, column: &str) -> Result<Self, MappingError> {
        self.with_parsed(attribute.parse()?, column.parse()?)
    }

    fn with_parsed(
        mut self,
        attribute: AttributeName,
        column: ColumnName,
    ) -> Result<Self, MappingError> {
        let is_allowed = |allowed: &ColumnName| allowed.is_same_column(&column);
        if column.is_privileged() && !self.allowed_columns.iter().any(is_allowed) {
            return Err(MappingError::PrivilegedColumn { attribute, column });
        }

        if self.flags.keys().any(|flag| flag.is_same_column(&column)) {
            return Err(MappingError::FlagColumnTaken { column });
        }
        let taken = self
            .targets
            .iter()
            .find(|(name, target)| **name != attribute && target.column.is_same_column(&column));
        if let Some((first, _)) = taken {
            return Err(MappingError::ColumnTakenTwice {
                column,
                first: first.clone(),
                second: attribute,
            });
        }

        let when_missing = WhenMissing::default();
        let target = Target {
            column,
            when_missing,
        };
        self.targets.insert(attribute, target);
        Ok(self)
    }

    /// Sets what happens to the column of a mapped attribute that Cognito does not send.
    ///
    /// # Errors
    ///
    /// [`MappingError::NotMapped`] if the attribute has no column yet.
    pub fn with_when_missing(
        mut self,
        attribute: &str,
        when_missing: WhenMissing,
    ) -> Result<Self, MappingError> {
        let attribute: AttributeName = attribute.parse()?;

        match self.targets.get_mut(&attribute) {
            Some(target) => {
                target.when_missing = when_missing;
                Ok(self)
            }
            None => Err(MappingError::NotMapped { attribute }),
        }
    }

    /// Allows a column to be mapped although it may carry rights.
    ///
    /// Whoever can write the attribute in Cognito then decides about these rights. Users can
    /// write their own attributes, unless the app client's write permissions say otherwise.
    ///
    /// # Errors
    ///
    /// [`MappingError::ColumnName`] for a column that the library keeps itself: those are never
    /// mapped.
    pub fn dangerous_allow_privileged_column(mut self, column: &str) -> Result<Self, MappingError> {
        self.allowed_columns.insert(column.parse()?);
        Ok(self)
    }

    /// Treats `email` and `phone_number` as missing unless Cognito says that they are verified.
    ///
    /// Users can write any address into their profile, somebody else's too. The library looks
    /// nobody up by one; call this if the site does.
    #[must_use]
    pub fn with_only_verified_addresses(mut self, only_verified: bool) -> Self {
        self.only_verified = only_verified;
        self
    }

    /// Maps a group to a column of the type `boolean`, e.g. `staff` to `is_staff`: true for users who
    /// are in the group.
    ///
    /// Groups are of Cognito's making: users cannot put themselves into one. The column is
    /// written at each login and each refresh, to true and to false, so nothing else should
    /// write it.
    ///
    /// # Errors
    ///
    /// [`MappingError::ColumnName`] for a column that the library keeps itself, and
    /// [`MappingError::FlagColumnTaken`] for one that something else fills.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum_cognito::attribute::AttributeMapping;
    ///
    /// let mapping = AttributeMapping::default().with_group_flag("staff", "is_staff")?;
    /// # Ok::<_, axum_cognito::attribute::MappingError>(())
    /// ```
    pub fn with_group_flag(
        mut self,
        group: impl Into<String>,
        column: &str,
    ) -> Result<Self, MappingError> {
        let column: ColumnName = column.parse()?;
        if self.columns().any(|known| known.is_same_column(&column)) {
            return Err(MappingError::FlagColumnTaken { column });
        }

        self.flags.insert(column, group.into());
        Ok(self)
    }

    /// Returns what the columns of group flags are for a user who is in these groups.
    pub fn flags_for(&self, groups: &[String]) -> impl Iterator<Item = (&ColumnName, bool)> {
        self.flags
            .iter()
            .map(|(column, group)| (column, groups.contains(group)))
    }

    /// Attributes and their columns, in the order of the attributes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&AttributeName, &ColumnName)> {
        self.targets
            .iter()
            .map(|(attribute, target)| (attribute, &target.column))
    }

    /// Returns the columns, in the order of their attributes, and then those of group flags.
    pub fn columns(&self) -> impl Iterator<Item = &ColumnName> {
        let mapped = self.targets.values().map(|target| &target.column);

        mapped.chain(self.flags.keys())
    }

    /// Returns what a login with these attributes does to each mapped column. An empty value empties
    /// it.
    pub fn columns_for(&self, attributes: &Attributes) -> Vec<(ColumnName, ColumnChange)> {
        self.targets
            .iter()
            .map(|(attribute, target)| {
                let value = attributes
                    .get(attribute.as_str())
                    .filter(|value| value.is_empty() || self.trusts(attribute, attributes));
                let change = match (value, target.when_missing) {
                    (Some(""), _) => ColumnChange::Clear,
                    (Some(value), _) => ColumnChange::Set(value.to_owned()),
                    (None, WhenMissing::Clear) => ColumnChange::Clear,
                    (None, WhenMissing::Keep) => ColumnChange::Keep,
                };
                (target.column.clone(), change)
            })
            .collect()
    }
}

impl AttributeMapping {
    fn trusts(&self, attribute: &AttributeName, attributes: &Attributes) -> bool {
        let verified_by = match attribute.as_str() {
            "email" => "email_verified",
            "phone_number" => "phone_number_verified",
            _ => return true,
        };

        !self.only_verified || attributes.get(verified_by) == Some("true")
    }
}

impl Default for AttributeMapping {
    fn default() -> Self {
        Self::standard().clone()
    }
}

impl<const N: usize> TryFrom<[(&str, &str); N]> for AttributeMapping {
    type Error = MappingError;

    fn try_from(pairs: [(&str, &str); N]) -> Result<Self, Self::Error> {
        Self::new(pairs)
    }
}

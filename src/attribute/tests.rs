use super::*;

fn change_of(mapping: &AttributeMapping, attributes: &Attributes, column: &str) -> ColumnChange {
    mapping
        .columns_for(attributes)
        .into_iter()
        .find_map(|(name, change)| (name.as_str() == column).then_some(change))
        .expect("a mapped column")
}

#[test]
fn the_default_is_warrants() {
    let mapping = AttributeMapping::default();

    let pairs: Vec<_> = mapping
        .iter()
        .map(|(attribute, column)| (attribute.as_str(), column.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("email", "email"),
            ("family_name", "last_name"),
            ("given_name", "first_name")
        ]
    );
}

#[test]
fn reads_warrants_setting() {
    let json = r#"{"email": "email", "custom:dept": "department"}"#;

    let mapping = AttributeMapping::from_json(json).expect("a mapping");

    let pairs = [("email", "email"), ("custom:dept", "department")];
    assert_eq!(
        mapping,
        AttributeMapping::try_from(pairs).expect("a mapping")
    );
}

#[test]
fn json_says_when_to_clear() {
    let json = r#"{"custom:dept": {"column": "department", "when_missing": "clear"}}"#;

    let mapping = AttributeMapping::from_json(json).expect("a mapping");

    let change = change_of(&mapping, &Attributes::new(), "department");
    assert_eq!(change, ColumnChange::Clear);
}

#[test]
fn refuses_json_that_is_no_mapping() {
    for json in [
        "",
        "[]",
        "{",
        "null",
        r#"{"email": 1}"#,
        r#"{"email": {"column": "email", "when": "clear"}}"#,
        r#"{"email": {"column": "email", "when_missing": "drop"}}"#,
        r#"{"email": {"column": "email", "when_missing": {"clear": null}}}"#,
        r#"{"email": ["email", "clear"]}"#,
    ] {
        let error = AttributeMapping::from_json(json).expect_err(json);
        assert!(matches!(error, MappingError::Json { .. }), "{error}");
    }
}

#[test]
fn refuses_an_attribute_that_json_names_twice() {
    let json = r#"{"email": "email", "email": "mail"}"#;

    let error = AttributeMapping::from_json(json).expect_err("twice");

    assert!(
        matches!(error, MappingError::DuplicateAttribute { .. }),
        "{error}"
    );
}

#[test]
fn refuses_two_attributes_on_one_column_in_any_case() {
    let error = AttributeMapping::default()
        .with("custom:mail", "EMAIL")
        .expect_err("taken");

    assert!(
        matches!(error, MappingError::ColumnTakenTwice { .. }),
        "{error}"
    );
}

#[test]
fn moves_an_attribute_to_another_column() {
    let mapping = AttributeMapping::default()
        .with("email", "mail")
        .expect("a mapping");

    assert!(mapping.columns().any(|column| column.as_str() == "mail"));
    assert!(mapping.columns().all(|column| column.as_str() != "email"));
}

#[test]
fn refuses_columns_that_carry_rights() {
    for column in [
        "is_staff",
        "is_admin",
        "is_superuser",
        "role",
        "roles",
        "permissions",
        "groups",
        "issuer",
        "password",
        "password_hash",
        "created_at",
        "deleted_at",
        "tenant_id",
        "Is_Staff",
    ] {
        let error = AttributeMapping::empty()
            .with("custom:x", column)
            .expect_err(column);
        let hint = format!("dangerous_allow_privileged_column(\"{column}\")");
        assert!(error.to_string().contains(&hint), "{error}");
    }
}

#[test]
fn maps_a_column_with_rights_only_when_told_to() {
    let mapping = AttributeMapping::empty()
        .dangerous_allow_privileged_column("role")
        .and_then(|mapping| mapping.with("custom:role", "role"))
        .expect("allowed");

    assert_eq!(mapping.columns().count(), 1);
    mapping
        .with("custom:staff", "is_staff")
        .expect_err("another column");
}

#[test]
fn never_lets_the_librarys_own_columns_be_mapped() {
    for column in [
        "id",
        "username",
        "sub",
        "is_active",
        "date_joined",
        "last_login",
    ] {
        AttributeMapping::empty()
            .dangerous_allow_privileged_column(column)
            .expect_err(column);
    }
}

#[test]
fn keeps_a_missing_attribute_unless_told_to_clear_it() {
    let mapping = AttributeMapping::default()
        .with_when_missing("given_name", WhenMissing::Clear)
        .expect("mapped");
    let mut attributes = Attributes::new();
    attributes.insert("email".parse().expect("a name"), "ann@example.com");

    let set = ColumnChange::Set("ann@example.com".to_owned());
    assert_eq!(change_of(&mapping, &attributes, "email"), set);
    assert_eq!(
        change_of(&mapping, &attributes, "first_name"),
        ColumnChange::Clear
    );
    assert_eq!(
        change_of(&mapping, &attributes, "last_name"),
        ColumnChange::Keep
    );
}

#[test]
fn an_empty_value_empties_the_column_verified_or_not() {
    let mapping = AttributeMapping::default().with_only_verified_addresses(true);
    let mut attributes = Attributes::new();
    attributes.insert("email".parse().expect("a name"), "");

    let change = change_of(&mapping, &attributes, "email");

    assert_eq!(change, ColumnChange::Clear);
}

#[test]
fn a_group_flag_has_its_column_for_itself() {
    let flagged = AttributeMapping::default()
        .with_group_flag("staff", "is_staff")
        .expect("a flag");

    for (group, is_set) in [("staff", true), ("Staff", false), ("", false)] {
        let groups = [group.to_owned()];
        let flags: Vec<bool> = flagged.flags_for(&groups).map(|(_, is)| is).collect();
        assert_eq!(flags, [is_set], "{group}");
    }
    assert!(flagged.columns().any(|name| name.as_str() == "is_staff"));

    for wrong in ["email", "EMAIL", "is_active", "is staff"] {
        let refused = AttributeMapping::default().with_group_flag("staff", wrong);
        assert!(refused.is_err(), "{wrong}");
    }
    let twice = flagged.clone().with_group_flag("admins", "Is_Staff");
    assert!(twice.is_err());
    let mapped = flagged
        .dangerous_allow_privileged_column("is_staff")
        .expect("a column")
        .with("custom:role", "is_staff");
    assert!(mapped.is_err());
}

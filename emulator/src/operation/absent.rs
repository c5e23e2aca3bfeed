//! Operations that AWS has and the emulator has not.

use crate::failure::Failure;

/// Names of the API that answer with a clear refusal, in alphabetical order.
const NOT_IMITATED: &[&str] = &[
    "AddCustomAttributes",
    "AddUserPoolClientSecret",
    "AdminDisableProviderForUser",
    "AdminForgetDevice",
    "AdminGetDevice",
    "AdminLinkProviderForUser",
    "AdminListDevices",
    "AdminListUserAuthEvents",
    "AdminSetUserSettings",
    "AdminUpdateAuthEventFeedback",
    "AdminUpdateDeviceStatus",
    "CreateManagedLoginBranding",
    "CreateResourceServer",
    "CreateTerms",
    "CreateUserImportJob",
    "CreateUserPoolDomain",
    "DeleteManagedLoginBranding",
    "DeleteResourceServer",
    "DeleteTerms",
    "DeleteUserPoolClientSecret",
    "DeleteUserPoolDomain",
    "DescribeManagedLoginBranding",
    "DescribeManagedLoginBrandingByClient",
    "DescribeResourceServer",
    "DescribeRiskConfiguration",
    "DescribeTerms",
    "DescribeUserImportJob",
    "DescribeUserPoolDomain",
    "GetCSVHeader",
    "GetIdentityProviderByIdentifier",
    "GetLogDeliveryConfiguration",
    "GetSigningCertificate",
    "GetUICustomization",
    "GetUserAuthFactors",
    "ListResourceServers",
    "ListTagsForResource",
    "ListTerms",
    "ListUserImportJobs",
    "ListUserPoolClientSecrets",
    "ListUserPools",
    "SetLogDeliveryConfiguration",
    "SetRiskConfiguration",
    "SetUICustomization",
    "SetUserSettings",
    "StartUserImportJob",
    "StopUserImportJob",
    "TagResource",
    "UntagResource",
    "UpdateAuthEventFeedback",
    "UpdateManagedLoginBranding",
    "UpdateResourceServer",
    "UpdateTerms",
    "UpdateUserPool",
    "UpdateUserPoolDomain",
];

/// Says why an operation is not run.
pub(super) fn refusal(name: &str) -> Failure {
    if NOT_IMITATED.contains(&name) {
        return Failure::new(
            "UnsupportedOperationException",
            format!("AWS has {name}, but this emulator does not imitate it."),
        );
    }
    Failure::new(
        "UnknownOperationException",
        format!("{name} is not an operation."),
    )
}

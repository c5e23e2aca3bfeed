import { CfnOutput, RemovalPolicy, SecretValue, Stack, StackProps } from "aws-cdk-lib";
import {
  CfnManagedLoginBranding,
  CfnUserPool,
  CfnUserPoolClient,
  CfnUserPoolDomain,
  CfnUserPoolIdentityProvider,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";

export interface UserPoolStackProps extends StackProps {
  /** The name of the user pool and of the app client. */
  readonly poolName: string;
  /** COGNITO_CALLBACK_URL, to the letter. Cognito compares the whole address. */
  readonly callbackUrl: string;
  /** COGNITO_SIGN_OUT_URL, to the letter. */
  readonly signOutUrl: string;
  /** The first part of <prefix>.auth.<region>.amazoncognito.com; without aws, amazon and cognito. */
  readonly domainPrefix: string;
  /** The verified identity in Amazon SES that mails come from. */
  readonly emailIdentityArn: string;
  /** The sender of mails. */
  readonly emailFrom: string;
  /** Whether strangers may sign up. Needs a sign-up page at the site. */
  readonly selfSignUp?: boolean;
  /** Google as a second way in, with a secret of AWS Secrets Manager that holds the client secret. */
  readonly google?: { readonly clientId: string; readonly secretName: string };
  /** Whether Cognito looks at how risky a login is. Needs the tier PLUS, which has its price. */
  readonly threatProtection?: boolean;
}

/**
 * A Cognito user pool for a site on axum-cognito: pool, app client, domain with managed login, and
 * Google as a second way in if it is wanted.
 *
 * It is made of the resources of CloudFormation themselves, which name settings as the API does.
 */
export class UserPoolStack extends Stack {
  constructor(scope: Construct, id: string, props: UserPoolStackProps) {
    super(scope, id, props);
    const threatProtection = props.threatProtection ?? false;

    const pool = new CfnUserPool(this, "UserPool", {
      userPoolName: props.poolName,
      userPoolTier: threatProtection ? "PLUS" : "ESSENTIALS",
      deletionProtection: "ACTIVE",
      // These three cannot be changed later.
      aliasAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      schema: [{ name: "email", attributeDataType: "String", required: true, mutable: true }],
      autoVerifiedAttributes: ["email"],
      userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdate: ["email"] },
      policies: {
        passwordPolicy: {
          minimumLength: 12,
          requireLowercase: false,
          requireNumbers: false,
          requireSymbols: false,
          requireUppercase: false,
          temporaryPasswordValidityDays: 3,
        },
        signInPolicy: { allowedFirstAuthFactors: ["PASSWORD"] },
      },
      mfaConfiguration: "OPTIONAL",
      enabledMfas: ["SOFTWARE_TOKEN_MFA"],
      accountRecoverySetting: {
        recoveryMechanisms: [{ name: "verified_email", priority: 1 }],
      },
      adminCreateUserConfig: { allowAdminCreateUserOnly: !(props.selfSignUp ?? false) },
      emailConfiguration: {
        emailSendingAccount: "DEVELOPER",
        sourceArn: props.emailIdentityArn,
        from: props.emailFrom,
      },
      userPoolAddOns: threatProtection ? { advancedSecurityMode: "ENFORCED" } : undefined,
    });
    pool.applyRemovalPolicy(RemovalPolicy.RETAIN);

    const client = new CfnUserPoolClient(this, "AppClient", {
      clientName: props.poolName,
      userPoolId: pool.ref,
      generateSecret: true,
      // SRP alone; tokens are renewed by rotation, which goes without ALLOW_REFRESH_TOKEN_AUTH.
      explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
      refreshTokenRotation: { feature: "ENABLED", retryGracePeriodSeconds: 10 },
      enableTokenRevocation: true,
      preventUserExistenceErrors: "ENABLED",
      enablePropagateAdditionalUserContextData: threatProtection,
      accessTokenValidity: 60,
      idTokenValidity: 60,
      refreshTokenValidity: 30,
      tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "days" },
      authSessionValidity: 5,
      readAttributes: ["email", "email_verified", "family_name", "given_name"],
      writeAttributes: ["email", "family_name", "given_name"],
      supportedIdentityProviders: props.google ? ["COGNITO", "Google"] : ["COGNITO"],
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ["code"],
      // Not `profile`: for it the app client would have to read every attribute that it stands for.
      allowedOAuthScopes: ["openid", "email", "aws.cognito.signin.user.admin"],
      callbackUrLs: [props.callbackUrl],
      logoutUrLs: [props.signOutUrl],
    });

    if (props.google) {
      const google = new CfnUserPoolIdentityProvider(this, "Google", {
        userPoolId: pool.ref,
        providerName: "Google",
        providerType: "Google",
        providerDetails: {
          client_id: props.google.clientId,
          // A reference that CloudFormation resolves: the secret itself is not in the template.
          client_secret: SecretValue.secretsManager(props.google.secretName).unsafeUnwrap(),
          authorize_scopes: "openid email profile",
        },
        attributeMapping: {
          username: "sub",
          email: "email",
          email_verified: "email_verified",
          family_name: "family_name",
          given_name: "given_name",
        },
      });
      // A name in supportedIdentityProviders has to exist before.
      client.addResourceDependency(google);
    }

    new CfnUserPoolDomain(this, "Domain", {
      userPoolId: pool.ref,
      domain: props.domainPrefix,
      managedLoginVersion: 2,
    });

    // Without a style, managed login shows "Login pages unavailable".
    new CfnManagedLoginBranding(this, "Style", {
      userPoolId: pool.ref,
      clientId: client.ref,
      useCognitoProvidedValues: true,
    });

    new CfnOutput(this, "UserPoolId", { description: "COGNITO_USER_POOL_ID", value: pool.ref });
    new CfnOutput(this, "AppClientId", {
      description: "COGNITO_APP_ID. Read COGNITO_APP_SECRET by describe-user-pool-client.",
      value: client.ref,
    });
    new CfnOutput(this, "DomainUrl", {
      description: "COGNITO_DOMAIN",
      value: `https://${props.domainPrefix}.auth.${this.region}.amazoncognito.com`,
    });
  }
}

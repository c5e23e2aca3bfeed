import { App } from "aws-cdk-lib";

import { UserPoolStack } from "../lib/user-pool-stack";

const app = new App({ analyticsReporting: false });

new UserPoolStack(app, "UserPool", {
  poolName: "site",
  callbackUrl: "https://shop.example.com/login/callback",
  signOutUrl: "https://shop.example.com/",
  domainPrefix: "shop-example",
  emailIdentityArn: "arn:aws:ses:eu-west-1:111122223333:identity/example.com",
  emailFrom: "Shop <no-reply@example.com>",
  google: { clientId: "111122223333-shop.apps.googleusercontent.com", secretName: "google" },
});

app.synth();

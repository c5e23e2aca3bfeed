//! Events of what can be in front of a function, and what it makes of the answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::runtime::Function;

pub(crate) const HOST: &str = "shop.example";

/// What is in front of a function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Front {
    /// API Gateway's HTTP API, with the payload of version 2.0. So are function URLs.
    HttpApi,
    /// API Gateway's REST API, with a stage.
    RestApi,
    LoadBalancer,
}

pub(crate) const FRONTS: [Front; 3] = [Front::HttpApi, Front::RestApi, Front::LoadBalancer];

/// A browser in front of a function, which keeps its cookies and follows nothing by itself.
pub(crate) struct Browser<'a> {
    pub(crate) front: Front,
    pub(crate) function: &'a Function,
    pub(crate) cookies: Vec<String>,
}

/// What the browser gets.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u64,
    pub(crate) location: String,
    pub(crate) body: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(front: Front, function: &'a Function) -> Self {
        Self {
            front,
            function,
            cookies: Vec::new(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, &[], "").await
    }

    /// Sends a form of a page on this origin.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)], origin: &str) -> Page {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin),
        ];
        self.send("POST", path, &headers, &form).await
    }

    async fn send(&mut self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Page {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut headers = vec![
            ("host", HOST),
            ("accept", "text/html"),
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-port", "443"),
        ];
        headers.extend(more);
        let event = match self.front {
            Front::HttpApi => self.http_api(method, path, query, &headers, body),
            Front::RestApi => self.rest_api(method, path, query, &headers, body),
            Front::LoadBalancer => self.load_balancer(method, path, query, &headers, body),
        };

        let answer = self.function.answer(event).await;
        for cookie in self.set_cookies(&answer) {
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, _) = pair.split_once('=').expect("a pair");
            self.cookies
                .retain(|kept| !kept.starts_with(&format!("{name}=")));
            if !cookie.contains("Max-Age=0") {
                self.cookies.push(pair.to_owned());
            }
        }
        Page {
            status: answer["statusCode"].as_u64().expect("a status"),
            location: self.header(&answer, "location"),
            body: body_of(&answer),
        }
    }

    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
    fn http_api(
        &self,
        method: &str,
        path: &str,
        query: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Value {
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "cookies": self.cookies,
            "headers": object(headers, |value| json!(value)),
            "requestContext": {
                "accountId": "111122223333",
                "apiId": "api",
                "domainName": HOST,
                "domainPrefix": "api",
                "http": {
                    "method": method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "198.51.100.7",
                    "userAgent": "a browser",
                },
                "requestId": "request",
                "routeKey": "$default",
                "stage": "$default",
                "time": "12/Mar/2026:19:03:58 +0000",
                "timeEpoch": 1_773_342_238_000_i64,
            },
            "body": STANDARD.encode(body), // as it does with forms
            "isBase64Encoded": true,
        })
    }

    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>
    fn rest_api(
        &self,
        method: &str,
        path: &str,
        query: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Value {
        let cookies = self.cookies.join("; ");
        let headers = [headers, &[("cookie", &*cookies)]].concat();
        let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let query: Vec<_> = query.iter().map(|(name, it)| (&**name, &**it)).collect();

        json!({
            "resource": "/{proxy+}",
            "path": path,
            "httpMethod": method,
            "headers": object(&headers, |value| json!(value)),
            "multiValueHeaders": object(&headers, |value| json!([value])),
            "queryStringParameters": object(&query, |value| json!(value)),
            "multiValueQueryStringParameters": object(&query, |value| json!([value])),
            "pathParameters": { "proxy": path.trim_start_matches('/') },
            "stageVariables": null,
            "requestContext": {
                "accountId": "111122223333",
                "apiId": "api",
                "domainName": HOST,
                "httpMethod": method,
                "identity": { "sourceIp": "198.51.100.7", "userAgent": "a browser" },
                "path": format!("/live{path}"),
                "protocol": "HTTP/1.1",
                "requestId": "request",
                "resourcePath": "/{proxy+}",
                "stage": "live",
            },
            "body": body,
            "isBase64Encoded": false,
        })
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>
    fn load_balancer(
        &self,
        method: &str,
        path: &str,
        query: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Value {
        let cookies = self.cookies.join("; ");
        let headers = [headers, &[("cookie", &*cookies)]].concat();
        // As they were sent, unlike API Gateway's.
        let query: Vec<_> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();

        json!({
            "requestContext": {
                "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/site/6d0ecf831eec9f09" }
            },
            "httpMethod": method,
            "path": path,
            "queryStringParameters": object(&query, |value| json!(value)),
            "headers": object(&headers, |value| json!(value)),
            "body": body,
            "isBase64Encoded": false,
        })
    }

    fn set_cookies(&self, answer: &Value) -> Vec<String> {
        let cookies = match self.front {
            Front::HttpApi => &answer["cookies"],
            Front::RestApi | Front::LoadBalancer => &answer["multiValueHeaders"]["set-cookie"],
        };
        let cookies = cookies.as_array().cloned().unwrap_or_default();
        cookies
            .iter()
            .map(|it| it.as_str().expect("a text").to_owned())
            .collect()
    }

    fn header(&self, answer: &Value, name: &str) -> String {
        let value = match self.front {
            Front::HttpApi | Front::LoadBalancer => &answer["headers"][name],
            Front::RestApi => &answer["multiValueHeaders"][name][0],
        };
        value.as_str().unwrap_or_default().to_owned()
    }
}

fn object(pairs: &[(&str, &str)], value_of: impl Fn(&str) -> Value) -> Map<String, Value> {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value_of(value)));
    pairs.collect()
}

fn body_of(answer: &Value) -> String {
    let body = answer["body"].as_str().unwrap_or_default();
    if answer["isBase64Encoded"] != true {
        return body.to_owned();
    }
    let body = STANDARD.decode(body).expect("base64");
    String::from_utf8(body).expect("UTF-8")
}

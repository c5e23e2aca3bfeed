//! The only spelling of a time that Cognito takes in a password claim.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Reads `Wed Apr 5 22:42:34 UTC 2017`: English, no leading zero in the day, the right weekday.
pub(crate) fn parse_timestamp(text: &str) -> Option<OffsetDateTime> {
    let mut words = text.split(' ');
    let _weekday = words.next()?;
    let month = words.next()?;
    let day = words.next()?.parse().ok()?;
    let mut clock = words.next()?.split(':').map(str::parse::<u8>);
    let _zone = words.next()?;
    let year = words.next()?.parse().ok()?;

    let month = MONTHS.iter().position(|name| *name == month)?;
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, day).ok()?;
    let mut unit = || clock.next().and_then(Result::ok);
    let time = Time::from_hms(unit()?, unit()?, unit()?).ok()?;
    let moment = OffsetDateTime::new_in_offset(date, time, UtcOffset::UTC);

    // What was skipped above, and every liberty of `parse`, is caught by writing it again.
    (write(moment) == text).then_some(moment)
}

fn write(moment: OffsetDateTime) -> String {
    format!(
        "{} {} {} {:02}:{:02}:{:02} UTC {}",
        WEEKDAYS[usize::from(moment.weekday().number_days_from_monday())],
        MONTHS[usize::from(u8::from(moment.month())) - 1],
        moment.day(),
        moment.hour(),
        moment.minute(),
        moment.second(),
        moment.year(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_spelling_of_the_amazon_clients_only() {
        assert!(parse_timestamp("Wed Apr 5 22:42:34 UTC 2017").is_some());
        for text in [
            "Wed Apr 05 22:42:34 UTC 2017",
            "Thu Apr 5 22:42:34 UTC 2017",
            "Mi Apr 5 22:42:34 UTC 2017",
            "Wed Apr 5 22:42:34 GMT 2017",
            "Wed Apr 5 22:42:34 UTC 2017 ",
            "Wed Apr  5 22:42:34 UTC 2017",
            "Wed Apr +5 22:42:34 UTC 2017",
            "Wed Apr 5 2:42:34 UTC 2017",
            "Wed Apr 31 22:42:34 UTC 2017",
            "2017-04-05T22:42:34Z",
            "",
        ] {
            assert!(parse_timestamp(text).is_none(), "text = {text:?}");
        }
    }
}

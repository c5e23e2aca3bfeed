use time::{OffsetDateTime, UtcOffset};

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Writes a time as Cognito wants it signed: `EEE MMM d HH:mm:ss 'UTC' yyyy`.
///
/// Always English, always UTC. The day has no leading zero: with one, Cognito refuses the right
/// password on nine days of each month.
pub(super) fn timestamp(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (hour, minute, second) = at.to_hms();

    format!(
        "{} {} {} {hour:02}:{minute:02}:{second:02} UTC {:04}",
        WEEKDAYS[usize::from(at.weekday().number_days_from_monday())],
        MONTHS[usize::from(u8::from(at.month())) - 1],
        at.day(),
        at.year(),
    )
}

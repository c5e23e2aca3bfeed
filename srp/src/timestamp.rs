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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first second of 2024, a leap year that began on a Monday.
    const YEAR_2024: i64 = 1_704_067_200;

    #[test]
    fn writes_the_example_of_aws() {
        let at = OffsetDateTime::from_unix_timestamp(1_491_432_154).expect("a time");

        assert_eq!(timestamp(at), "Wed Apr 5 22:42:34 UTC 2017");
    }

    #[test]
    fn writes_utc_whatever_the_offset() {
        let at = OffsetDateTime::from_unix_timestamp(YEAR_2024).expect("a time");
        let kathmandu = UtcOffset::from_hms(5, 45, 0).expect("an offset");

        assert_eq!(
            timestamp(at.to_offset(kathmandu)),
            "Mon Jan 1 00:00:00 UTC 2024"
        );
    }

    #[test]
    fn writes_each_day_of_a_leap_year() {
        let months = "Jan31 Feb29 Mar31 Apr30 May31 Jun30 Jul31 Aug31 Sep30 Oct31 Nov30 Dec31";
        let days = months.split(' ').flat_map(|month| {
            let (name, length) = month.split_at(3);
            let length: u32 = length.parse().expect("a length");
            (1..=length).map(move |day| format!("{name} {day}"))
        });
        let weekdays = "Mon Tue Wed Thu Fri Sat Sun".split(' ').cycle();
        let midnights = (YEAR_2024..).step_by(24 * 60 * 60);

        let mut written = 0;
        for ((day, weekday), midnight) in days.zip(weekdays).zip(midnights) {
            for (second, time) in [
                (0, "00:00:00"),
                (3_661, "01:01:01"),
                (43_200, "12:00:00"),
                (86_399, "23:59:59"),
            ] {
                let at = OffsetDateTime::from_unix_timestamp(midnight + second).expect("a time");

                assert_eq!(timestamp(at), format!("{weekday} {day} {time} UTC 2024"));
                written += 1;
            }
        }
        assert_eq!(written, 366 * 4);
    }
}

//! The demo as a program: started, visited and ended from outside.

mod browser;
#[expect(dead_code, reason = "the journeys use the rest")]
#[path = "../driver/mod.rs"]
mod driver;
#[path = "../../../tests/flows/html_judge.rs"]
mod html_judge;
mod languages;
mod process;
mod protection;
mod starting;

//! Shows what a person dials to send calls to a receptionist, how to change it, and what a pasted code does.

use veralux_core::forwarding::{
    Carrier, Destination, Mode, Request, RingTime, check_loop, explain, generate, transition,
};
use veralux_core::phone::E164;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let line = E164::parse("+14155550123")?;
    let receptionist = Destination::parse("+15550109999")?;
    // Before any code is shown: would calls come back to the line?
    check_loop(&[(line, receptionist.number())])?;

    let request = Request {
        ring_time: Some(RingTime::new(20)?),
        own_number: Some(line),
        ..Request::new(Carrier::Tmobile, Mode::SafetyNet, receptionist)
    };
    let missed = generate(&request)?;
    println!("on:  {}   off: {}", missed.activation_code, missed.deactivation_code);
    for step in &missed.extra_steps {
        println!("and: {}   off: {}   {}", step.activation_code, step.deactivation_code, step.reason);
    }
    for warning in &missed.warnings {
        println!("     {}: {}", warning.code, warning.detail);
    }

    // A change of mode: the old code comes off before the new one goes on.
    let every = generate(&Request { mode: Mode::TotalAi, ..request })?;
    for step in transition(Some(&missed), Some(&every)) {
        println!(
            "{}: {}{}",
            step.purpose,
            step.code,
            if step.optional { "   (if it was dialled)" } else { "" }
        );
    }

    let pasted = explain("tel:**61*+1%20555%20010%209999*20%23");
    println!("{}\n     {}", pasted.code, pasted.summary);
    for remark in &pasted.issues {
        println!("     {}: {}", remark.code, remark.detail);
    }
    Ok(())
}

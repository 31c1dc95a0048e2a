//! A clean message costs no allocation, look-alikes behind the gate neither.

#![cfg(test)]

use veralux_core::policy::Detector;

static CLEAN: &[&str] = &[
    "Thanks for letting me know, I will bring the keys over after lunch and feed the cat as we agreed, then water the \
     plants by the kitchen window before I go again.",
    "Order #88213 ships Monday for $42.50, tracking 1Z9990123456784 to follow",
    "free at 8:30, 9:15 or 10:00 on 19/01/2026",
    "one for you, two for me, three to go and four too many to eat at eight",
    "meet @ 5pm @ the park, on the dot",
    "insta is down today and so is the app",
    "Walk went well.the dog is home",
    "invoice_march.pdf and IMG_20250714_155501.jpg are in the app",
    "gate code 4471, flat 12, ring 911 if it burns",
    "the microchip is 941 000 024 117 385",
];

#[test]
fn no_allocation_without_a_finding() {
    let detector = Detector::new();
    for text in CLEAN {
        assert!(detector.scan(text).is_empty(), "{text}");
        let counted = allocation_counter::measure(|| {
            std::hint::black_box(detector.scan(std::hint::black_box(text)));
        });
        assert_eq!(counted.count_total, 0, "{text}");
    }
}

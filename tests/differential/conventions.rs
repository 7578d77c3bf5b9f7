// Types and output written for evcxr.
// %%
pub struct Table { rows: Vec<(String, f64)> }
impl Table {
    pub fn evcxr_display(&self) {
        let mut html = String::from("<table>");
        for (name, ms) in &self.rows { html.push_str(&format!("<tr><td>{name}</td><td>{ms}</td></tr>")); }
        html.push_str("</table>");
        println!("EVCXR_BEGIN_CONTENT text/html\n{}\nEVCXR_END_CONTENT", html);
    }
}
let table = Table { rows: vec![("lhr".to_owned(), 1.5), ("fra".to_owned(), 2.5)] };
// %%
table
// %%
println!("before");
table.evcxr_display();
println!("after");
// %%
println!("EVCXR_BEGIN_CONTENT text/plain\nfirst line\nsecond line\nEVCXR_END_CONTENT");
// %%
println!("EVCXR_BEGIN_CONTENT image/svg+xml\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\nEVCXR_END_CONTENT");
println!("EVCXR_BEGIN_CONTENT application/json\n{{\"p99\": 12.5}}\nEVCXR_END_CONTENT");
// %%
#[derive(Debug)]
struct Both(u8);
impl Both {
    fn evcxr_display(&self) {
        println!("EVCXR_BEGIN_CONTENT text/plain\nboth {}\nEVCXR_END_CONTENT", self.0);
        println!("EVCXR_BEGIN_CONTENT text/html\n<b>{}</b>\nEVCXR_END_CONTENT", self.0);
    }
}
Both(3)
// %%
trait Shown { fn evcxr_display(&self); }
impl Shown for Vec<Both> {
    fn evcxr_display(&self) { println!("EVCXR_BEGIN_CONTENT text/plain\n{} of them\nEVCXR_END_CONTENT", self.len()); }
}
vec![Both(1), Both(2)]
// %%
//# ours: displays 2 because each display is an output of its own
//# evcxr: displays 1
println!("EVCXR_BEGIN_CONTENT text/plain\nfirst\nEVCXR_END_CONTENT");
println!("EVCXR_BEGIN_CONTENT text/plain\nsecond\nEVCXR_END_CONTENT");
// %%
let plain = "EVCXR_BEGIN";
println!("{plain} is a word like any other");

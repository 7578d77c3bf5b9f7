//! Lines are closed forms for spreadsheets, also where they call formulas.

mod sheets;

use lightcone_sheets::Sheet;
use sheets::{BDP_WINDOW, FAR_REPLICA, FLEET, SLOWEST};

#[test]
fn calls_of_formulas_are_put_in() {
    let text = |sheet: &Sheet, line: &str| sheet.spreadsheet(sheet.line(line).unwrap());
    let live = |sheet, line| text(sheet, line).unwrap();
    assert_eq!(live(&BDP_WINDOW, "bdp"), "((bandwidth*rtt)/8)");
    assert_eq!(live(&BDP_WINDOW, "rate"), "MIN(bandwidth,window_rate)");
    assert_eq!(live(&BDP_WINDOW, "binding"), "IF((window<bdp),0,1)");
    // Two calls deep; the formula allows what the input allows, so no condition is left.
    assert_eq!(
        live(&FAR_REPLICA, "trips"),
        "(2*((((2*distance)*1.4682)*1)/299792458))"
    );
    // A line may be negative as far as its type knows, so there is a condition.
    assert_eq!(
        live(&FAR_REPLICA, "setup"),
        "IF(fiber>=0,fiber*IF((site=0),3,IF((site=1),2,IF((site<4),1,0))),NA())"
    );
    assert_eq!(live(&FAR_REPLICA, "south"), "INDEX(latitude,site+1)");
    assert_eq!(live(&FAR_REPLICA, "pair"), "1-((1-node)*(1-node))");
    assert_eq!(live(&FAR_REPLICA, "gain"), "(1-pair)/(1-node)");
    assert_eq!(live(&SLOWEST, "mean"), "SUMPRODUCT(rtts,weights)/total");
    assert_eq!(
        live(&SLOWEST, "commit"),
        "(IF((COUNT(rtts)>=1),(SMALL(rtts,INT(((COUNT(rtts)+1)/2)))+sync),NA()))"
    );
    assert_eq!(live(&FLEET, "cost"), "(compute+network)+fixed");
    assert_eq!(
        text(&FAR_REPLICA, "slowest"),
        Err("it computes step by step".to_owned())
    );
    assert_eq!(
        text(&FAR_REPLICA, "three"),
        Err("it computes step by step".to_owned())
    );
}

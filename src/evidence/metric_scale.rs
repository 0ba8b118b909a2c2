//! Whether a measured value is on the scale of its bound: a share is written as 0.58 or as 58.

/// What a value must not fall below, or exceed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    AtLeast(f64),
    AtMost(f64),
}

impl Side {
    /// Returns the bounds of which each may be left out.
    pub(crate) fn of(least: Option<f64>, most: Option<f64>) -> impl Iterator<Item = Self> {
        least.map(Self::AtLeast).into_iter().chain(most.map(Self::AtMost))
    }

    pub(crate) fn bound(self) -> f64 {
        match self {
            Self::AtLeast(bound) | Self::AtMost(bound) => bound,
        }
    }

    fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bound) => value >= bound,
            Self::AtMost(bound) => value <= bound,
        }
    }
}

/// Words of metrics that are shares, whatever they are measured of.
const SHARES: [&str; 34] = [
    "auc",
    "auroc",
    "auprc",
    "accuracy",
    "precision",
    "recall",
    "sensitivity",
    "specificity",
    "f1",
    "dice",
    "iou",
    "map",
    "mrr",
    "ndcg",
    "wer",
    "cer",
    "eer",
    "fpr",
    "fnr",
    "tpr",
    "tnr",
    "far",
    "frr",
    "ece",
    "percent",
    "percentage",
    "pct",
    "share",
    "proportion",
    "fraction",
    "probability",
    "groundedness",
    "faithfulness",
    "toxicity",
];

/// Words of metrics that mostly are shares.
const MOSTLY_SHARES: [&str; 5] = ["rate", "gap", "parity", "disparity", "difference"];

/// Words of metrics that have a unit, or no upper end.
const OPEN_ENDED: [&str; 26] = [
    "rmse",
    "mse",
    "mae",
    "mape",
    "smape",
    "loss",
    "logloss",
    "nll",
    "perplexity",
    "ppl",
    "latency",
    "duration",
    "time",
    "seconds",
    "minutes",
    "hours",
    "s",
    "ms",
    "cost",
    "eur",
    "usd",
    "distance",
    "divergence",
    "psi",
    "lift",
    "throughput",
];

fn has_word(metric: &str, words: &[&str]) -> bool {
    metric
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| words.contains(&word.to_ascii_lowercase().as_str()))
}

/// Returns whether a value and a bound of a metric seem to be written on different scales, so that
/// nobody can compare them.
pub(crate) fn is_off_scale(metric: &str, side: Side, value: f64) -> bool {
    let is_share = has_word(metric, &SHARES);
    if !is_share && has_word(metric, &OPEN_ENDED) {
        return false;
    }
    let bound = side.bound();
    let may_be_share = is_share || has_word(metric, &MOSTLY_SHARES);
    if (bound > 0.0 && bound < 1.0) || (is_share && (0.0..=1.0).contains(&bound)) {
        // A difference is compared by its size.
        let is_met_by_sign = may_be_share
            && value < 0.0
            && side.is_met_by(value)
            && matches!(side, Side::AtMost(bound) if -value > bound);
        return value > 1.0 || is_met_by_sign;
    }
    let is_percent = may_be_share && bound > 1.0 && bound <= 100.0;
    let is_beyond = is_share && value > 100.0;
    let is_fraction = value > 0.0 && value < 1.0;
    is_percent
        && (is_beyond || (is_fraction && side.is_met_by(value) != side.is_met_by(value * 100.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_another_scale_than_its_bound_is_told() {
        let cases = [
            ("auc", Side::AtLeast(0.65), 58.39, true),
            ("auc", Side::AtLeast(0.65), 0.5839, false),
            ("auc", Side::AtLeast(0.65), 1.0, false),
            ("auc", Side::AtLeast(65.0), 0.71, true),
            ("auc", Side::AtLeast(65.0), 0.58, false),
            ("auc", Side::AtLeast(65.0), 71.2, false),
            ("auc", Side::AtLeast(65.0), 5839.0, true),
            ("accuracy", Side::AtLeast(1.0), 58.0, true),
            ("out-of-time auc", Side::AtLeast(0.65), 58.39, true),
            ("score", Side::AtLeast(0.65), 58.39, true),
            ("score", Side::AtLeast(1.0), 4.5, false),
            ("error-rate", Side::AtMost(5.0), 0.42, true),
            ("error-rate", Side::AtMost(5.0), 0.004, false),
            ("approval-rate-gap", Side::AtMost(0.03), -0.4, true),
            ("approval-rate-gap", Side::AtMost(0.03), -0.004, false),
            ("approval-rate-gap", Side::AtMost(0.03), 0.4, false),
            ("rmse", Side::AtMost(0.9), 1.2, false),
            ("p95-latency-s", Side::AtMost(2.0), 0.8, false),
            ("p95-latency-s", Side::AtMost(0.5), 1.2, false),
            ("reviewers", Side::AtLeast(2.0), 0.5, false),
            ("mean-reward", Side::AtLeast(-1.0), 3.0, false),
        ];
        for (metric, side, value, expected) in cases {
            assert_eq!(is_off_scale(metric, side, value), expected, "{metric} {side:?} {value}");
        }
    }
}

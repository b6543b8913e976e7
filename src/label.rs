//! The labels of the taxonomy, each with its id and its Chinese name. Every other place spells them through these types.

/// Declares an enum of labels with stable ids.
macro_rules! labels {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$doc:meta])* $variant:ident = $id:literal, $chinese:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* #[doc = concat!("`", $id, "`, ", $chinese, ".")] $variant,)+ }

        impl $name {
            /// Every label, in the order of the taxonomy.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub(crate) const WHAT: &'static str = $what;

            /// The stable id that packs, JSON and C use.
            #[must_use]
            pub const fn id(self) -> &'static str { match self { $(Self::$variant => $id),+ } }

            /// The term the trade uses.
            #[must_use]
            pub const fn chinese(self) -> &'static str { match self { $(Self::$variant => $chinese),+ } }

            /// The label with this id, or `None`.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Self> { match id { $($id => Some(Self::$variant),)+ _ => None } }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.id()) }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.serialize_str(self.id()) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let id = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::from_id(&id).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|label| label.id()).collect();
                    serde::de::Error::custom(format_args!("unknown {} `{id}`; one of: {}", Self::WHAT, known.join(", ")))
                })
            }
        }
    };
}

labels! {
    /// What a draft can do wrong.
    Category, "category" {
        Abuse = "abuse", "辱骂";
        Threat = "threat", "威胁";
        Diversion = "diversion", "引流";
        Privacy = "privacy", "隐私";
        Mockery = "mockery", "嘲讽";
        Interrogation = "interrogation", "质问";
        Blame = "blame", "指责";
        Command = "command", "命令";
        Indifference = "indifference", "冷漠";
        Shirking = "shirking", "推诿";
        Stalling = "stalling", "拖延";
        AbsoluteClaim = "absolute_claim", "绝对化用语";
        UnfilledSlot = "unfilled_slot", "话术未填";
    }
}

labels! {
    /// How bad a finding is, mildest first; a draft's verdict is the worst of its findings.
    Severity, "severity" {
        Pass = "pass", "通过";
        Hint = "hint", "提示";
        Warn = "warn", "警告";
        Block = "block", "拦截";
    }
}

labels! {
    /// What a sentence of a reply does for the customer.
    Intent, "intent" {
        Empathy = "empathy", "尊重与共情";
        Listening = "listening", "聆听";
        Expectation = "expectation", "找出期望值";
        Confirmation = "confirmation", "重复确认";
        Options = "options", "提供选择";
        FollowUp = "follow_up", "及时行动与跟办";
        Satisfaction = "satisfaction", "回访满意度";
        Greeting = "greeting", "问候";
        Reassurance = "reassurance", "表达帮助意愿";
        Explanation = "explanation", "解释说明";
        Appreciation = "appreciation", "感谢、赞美与挽留";
        Closing = "closing", "结束语";
    }
}

labels! {
    /// What the customer's trouble is about.
    Scenario, "scenario" {
        ShippingUrge = "shipping_urge", "催发货";
        DeliveryDelay = "delivery_delay", "物流延误";
        NotReceived = "not_received", "显示签收未收到/代签";
        LostParcel = "lost_parcel", "丢件";
        Damaged = "damaged", "破损";
        WrongItem = "wrong_item", "发错货";
        MissingItem = "missing_item", "少发漏发";
        Quality = "quality", "质量问题";
        NotAsDescribed = "not_as_described", "与描述不符/虚假宣传";
        Expired = "expired", "临期过期";
        ReturnExchange = "return_exchange", "退换货";
        Refund = "refund", "退款未到/退款争议";
        Price = "price", "降价/保价/差价";
        Promotion = "promotion", "优惠券/活动/赠品";
        Invoice = "invoice", "发票";
        Stock = "stock", "缺货/预售";
        OrderChange = "order_change", "取消/改地址/改订单";
        Warranty = "warranty", "保修维修安装";
        Usage = "usage", "使用咨询";
        Presale = "presale", "售前咨询";
        Payment = "payment", "支付/账户";
        DataLeak = "data_leak", "个人信息泄露";
        Attitude = "attitude", "投诉客服态度";
        Other = "other", "其他";
    }
}

labels! {
    /// How the customer talks.
    CustomerType, "customer type" {
        Aggressive = "aggressive", "激进型";
        Habitual = "habitual", "惯性型";
        Quiet = "quiet", "静俏型";
        Neutral = "neutral", "一般";
    }
}

labels! {
    /// The trade that an agent works in; scopes rules and templates.
    Industry, "industry" {
        Ecommerce = "ecommerce", "电商";
        Express = "express", "快递";
        Telecom = "telecom", "通信";
        Bank = "bank", "银行";
        Hospital = "hospital", "医院";
        Travel = "travel", "旅行";
        Catering = "catering", "餐饮";
        Public = "public", "政务";
    }
}

labels! {
    /// The script that reasons, rewrites and suggestions come in.
    Script, "script" {
        Auto = "auto", "随对话";
        Hans = "hans", "简体";
        Hant = "hant", "繁体";
    }
}

impl Category {
    /// The severity of a finding when its rule names none.
    #[must_use]
    pub const fn default_severity(self) -> Severity {
        match self {
            Self::Abuse | Self::Threat | Self::Diversion | Self::Privacy => Severity::Block,
            _ => Severity::Warn,
        }
    }
}

impl Intent {
    /// The seven that the product exists for, in the order in which a good talk goes.
    pub const MAIN: &'static [Self] =
        &[Self::Empathy, Self::Listening, Self::Expectation, Self::Confirmation, Self::Options, Self::FollowUp, Self::Satisfaction];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_their_labels() {
        for &category in Category::ALL {
            assert_eq!(Category::from_id(category.id()), Some(category));
        }
        assert_eq!((Category::ALL.len(), Intent::ALL.len(), Scenario::ALL.len(), CustomerType::ALL.len()), (13, 12, 24, 4));
        assert_eq!(Intent::from_id("other"), None, "`other` is the absence of intents");
    }
}

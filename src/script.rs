//! Simplified or Traditional: which one a conversation is in, and texts in it.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use once_cell::sync::OnceCell;

use crate::label::Script;

/// The form that texts are given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Simplified,
    Taiwan,
    HongKong,
}

/// Characters that Cantonese writing has and Mandarin does not.
const CANTONESE: &str = "嘅咗唔喺冇啲嚟哋嘢噉咁㗎乜佢睇";

/// Frequent characters that only Simplified texts have.
const SIMPLIFIED: &str = "们这来时说对会还给为过个问请帮谢吗让贵单货东关开见电话经马发现应样员难务处线买卖动种么没";

/// The form that a conversation of these texts is in.
pub(crate) fn form<'a>(script: Script, texts: impl Iterator<Item = &'a str> + Clone) -> Form {
    let traditional = match script {
        Script::Hans => false,
        Script::Hant => true,
        Script::Auto => {
            let (mut hans, mut hant) = (0_usize, 0_usize);
            for ch in texts.clone().flat_map(str::chars).filter(|c| !c.is_ascii()) {
                hans += usize::from(SIMPLIFIED.contains(ch));
                hant += usize::from(crate::fold::is_traditional(ch));
            }
            hant > hans
        }
    };
    match traditional {
        false => Form::Simplified,
        true if texts.flat_map(str::chars).any(|c| CANTONESE.contains(c)) => Form::HongKong,
        true => Form::Taiwan,
    }
}

/// A Simplified text in a form, by OpenCC's phrase tables and the overrides of `data/fold/taiwan.tsv`.
pub(crate) fn write(text: &str, form: Form) -> String {
    static TAIWAN: OnceCell<OpenCC> = OnceCell::new();
    static HONG_KONG: OnceCell<OpenCC> = OnceCell::new();
    let (cell, config) = match form {
        Form::Simplified => return text.to_owned(),
        Form::Taiwan => (&TAIWAN, BuiltinConfig::S2twp),
        Form::HongKong => (&HONG_KONG, BuiltinConfig::S2hk),
    };
    // The tables are part of the crate; were they ever missing, Simplified text is still right.
    let Ok(opencc) = cell.get_or_try_init(|| OpenCC::from_config(config)) else { return text.to_owned() };
    let mut text = opencc.convert(text);
    if form == Form::Taiwan {
        for (from, to) in overrides() {
            if text.contains(from) {
                text = text.replace(from, to);
            }
        }
    }
    text
}

/// What Taiwan's shops say instead of what OpenCC's tables give.
fn overrides() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../data/fold/taiwan.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_that_of_the_conversation() {
        let of = |text| form(Script::Auto, std::iter::once(text));
        assert_eq!(of("您好，请问有什么可以帮您"), Form::Simplified);
        assert_eq!(of("您好，請問有什麼可以幫您"), Form::Taiwan);
        assert_eq!(of("唔好意思，我幫你睇睇張單先"), Form::HongKong);
        assert_eq!(of("hello"), Form::Simplified);
        assert_eq!(form(Script::Hant, std::iter::empty()), Form::Taiwan);
    }

    #[test]
    fn texts_are_written_as_taiwan_would() {
        assert_eq!(
            write("这边帮您查一下快递信息，支持退款。", Form::Taiwan),
            "這邊幫您查一下貨運資訊，支援退款。".replace("支援退款", "可以退款")
        );
        assert_eq!(write("短信里的链接", Form::HongKong), "短信裏的鏈接");
    }
}

//! Documents in Chinese and Korean are read as those in English are.

use super::*;
use crate::catalog::DocumentLanguage;
use crate::document;

const CHINESE: &str = "\
# 模型卡：工单分类模型

## 模型概述

逻辑回归模型，按紧急程度给客户工单排序，供客服人员参考。

- **版本**：2.1.0，2026年3月2日
- 负责人：客服部算法组

## 预期用途

帮助客服人员决定先处理哪些工单，每条排序都可以由人员更改。

## 不适用场景

不得用于评价员工绩效，也不得用于法律投诉。

## 训练数据

2024年至2025年的八万条已关闭工单，由两名客服人员分别标注。

## 评估结果

| 指标 | 数值 |
|---|---|
| 准确率 | 0.91 |

## 局限性

对不足二十个字的短文本效果较差，尚未在方言文本上测试过[1]。

## 偏见

老年用户的工单较少，误判率比其他用户高出三个百分点。

## 许可证

仅限公司内部使用，未经批准不得对外提供。
";

const KOREAN: &str = "\
# 모델 카드: 고객 문의 분류

## 모델 개요

고객 문의를 긴급도에 따라 정렬하는 로지스틱 회귀 모델로, 상담원이 참고합니다.

- **버전:** 2.1.0, 2026년 3월 2일
- 책임자: 고객지원실 분석팀

## 의도된 용도

상담원이 어떤 문의를 먼저 처리할지 정하도록 돕고, 순서는 언제든 바꿀 수 있습니다.

## 범위 외 사용

직원 평가와 법적 분쟁에는 사용하지 마십시오.

## 학습 데이터

2024년부터 2025년까지 종결된 문의 8만 건이며 상담원 두 명이 따로 표시했습니다.

## 평가 결과

| 지표 | 값 |
|---|---|
| 정확도 | 0.91 |

## 한계

스무 글자보다 짧은 글에서는 오류가 많고 사투리는 시험하지 않았습니다.

## 편향

고령 고객의 문의가 적어 오분류율이 3%포인트 높습니다.

## 라이선스

사내에서만 쓰며 승인 없이 외부에 제공하지 않습니다.
";

#[test]
fn a_card_is_read_in_full_and_its_headings_alone_are_refused() {
    for (code, card) in [("zh", CHINESE), ("ko", KOREAN)] {
        let recognised = |text: &str| {
            let document = document::parse("card.md".into(), text.as_bytes().to_vec());
            recognise(Lexicon::shipped(), &document, None)
        };
        let found = recognised(card);
        assert!(found.is_accepted(), "{code}");
        let reading = found.reading.unwrap();
        assert_eq!(reading.kind.id.as_str(), "model-card");
        assert!(matches!(reading.language, DocumentLanguage::Known(it) if it.language == code));
        let open = reading.elements.iter().filter(|it| it.state != State::Present);
        let open: Vec<&str> = open.map(|it| it.element.key.as_str()).collect();
        assert_eq!(open, Vec::<&str>::new(), "{code}");
        let version = reading.said("version").unwrap().span.unwrap().of(card);
        let day = Some(Day::Known("2026-03-02".parse().unwrap()));
        assert_eq!(date_in(version, reading.language), day, "{code}");

        let headings: String =
            card.lines().filter(|it| it.starts_with('#')).map(|it| format!("{it}\n\n")).collect();
        let blank = recognised(&headings);
        assert!(!blank.is_accepted(), "{code}");
        let said = |reading: Reading| reading.count(State::Present);
        assert_eq!(blank.reading.map_or(0, said), 0, "{code}");
    }
}

//! What Python shows: where a value comes from, which model a call names, what is only a note.

use super::python;
use crate::asset::{AssetKind, Detection, Strength};

/// What a source shows beside the libraries that it imports.
fn detections(source: &str) -> Vec<Detection> {
    let found = python::detections(source).into_iter();
    found.filter(|it| it.kind != AssetKind::Framework).collect()
}

fn evidence(source: &str) -> Vec<(AssetKind, String)> {
    let found = detections(source).into_iter();
    found.filter(|it| it.strength == Strength::Evidence).map(|it| (it.kind, it.name)).collect()
}

fn names(source: &str) -> Vec<String> {
    evidence(source).into_iter().map(|(_, name)| name).collect()
}

#[test]
fn a_method_trains_where_its_value_is_a_model() {
    let forest = "from sklearn.ensemble import RandomForestClassifier\n";
    let fit = ["sklearn.ensemble.RandomForestClassifier.fit"];
    for code in [
        "RandomForestClassifier(10).fit(x, y)\n",
        "clf = RandomForestClassifier()\nclf.fit(x, y)\n",
        "clf: object = (RandomForestClassifier())\nclf.fit(x, y)\n",
        "class A:\n    def __init__(self):\n        self.clf = RandomForestClassifier()\n    \
         def t(self):\n        self.clf.fit(x)\n",
        "clf = None\nif x:\n    clf = RandomForestClassifier()\nclf.partial_fit(x)\n",
        "RandomForestClassifier().set_params(n=1).fit(x)\n",
        "class Own(RandomForestClassifier):\n    pass\nOwn().fit(x)\n",
        "if (clf := RandomForestClassifier()):\n    clf.fit(x)\n",
    ] {
        let found = names(&format!("{forest}{code}"));
        assert!(found.iter().any(|it| it.starts_with(fit[0].trim_end_matches("fit"))), "{code}");
    }
    // Of a value that is given nothing is known, and a model is named here.
    assert_eq!(names(&format!("{forest}def t(model):\n    model.fit(x)\n")), ["fit"]);
    assert_eq!(names(&format!("{forest}build().fit(x)\n")), ["fit"]);
    assert_eq!(
        names(
            "from sklearn.ensemble import RandomForestClassifier\nfrom \
         sklearn.base import clone\nclone(e).fit(x)\n"
        ),
        ["fit"]
    );
    for code in [
        "class Frame:\n    pass\nFrame().fit(x)\n",
        "frame = Frame()\nframe.fit(x)\n",
        "from screens import Panel\nPanel().fit(x)\n",
        "from screens import panel\npanel.fit(x)\n",
        "from sklearn.preprocessing import MinMaxScaler\nMinMaxScaler().fit(x)\n",
        "scaler = sklearn.preprocessing.MinMaxScaler()\nimport sklearn\nscaler.fit(x)\n",
        "'text'.fit(x)\n",
    ] {
        assert_eq!(names(&format!("{forest}{code}")), Vec::<String>::new(), "{code}");
    }
    let record = "import tensorflow as tf\ntf.train.Example(features=tf.train.Features())\n";
    assert_eq!(evidence(record), []);
}

#[test]
fn statistics_are_a_note() {
    for source in [
        "import statsmodels.api as sm\nsm.OLS(y, x).fit()\n",
        "from sklearn.linear_model import LinearRegression\nLinearRegression().fit(x, y)\n",
        "from sklearn.decomposition import PCA\npca = PCA(2)\npca.fit(x)\n",
    ] {
        let found = detections(source);
        assert_eq!(found.len(), 1, "{source}");
        assert_eq!(found[0].strength, Strength::Hint, "{source}");
    }
}

#[test]
fn the_id_of_a_hosted_model_is_read_where_the_code_tells_it() {
    let id = |source: &str| {
        let found = evidence(source).into_iter();
        let ids = found.filter(|(kind, _)| *kind == AssetKind::HostedModel);
        ids.map(|(_, name)| name).collect::<Vec<_>>()
    };
    for (code, expected) in [
        (
            "client = OpenAI()\nclient.responses.create(model='gpt-4.1-2025-04-14')",
            "gpt-4.1-2025-04-14",
        ),
        ("MODEL = 'gpt-4o'\nclient.chat.completions.create(model=MODEL)", "gpt-4o"),
        (
            "def ask(model='gpt-4o-mini'):\n    client.chat.completions.create(model=model)",
            "gpt-4o-mini",
        ),
        ("self.model = 'o3'\nclient.chat.completions.create(model=self.model)", "o3"),
        ("client.chat.completions.create(model=f'gpt-{size}')", ""),
        ("client.chat.completions.create(model=config.model)", ""),
        ("M = 'a'\nM = 'b'\nclient.chat.completions.create(model=M)", ""),
        ("client.chat.completions.create(model='./weights')", ""),
    ] {
        let source = format!("from openai import OpenAI\n{code}\n");
        let expected: Vec<_> = Some(expected).filter(|it| !it.is_empty()).into_iter().collect();
        assert_eq!(id(&source), expected, "{source}");
    }
    // The client may be made elsewhere.
    assert_eq!(id("def f(c):\n    c.messages.create(model='claude-x-1')\n"), ["claude-x-1"]);
    assert_eq!(id("import litellm\nlitellm.completion('anthropic/claude-x-1')\n"), ["claude-x-1"]);
    assert_eq!(id("from pydantic_ai import Agent\nAgent('openai:gpt-x')\n"), ["gpt-x"]);
    assert_eq!(
        id("import boto3\nc = boto3.client('bedrock-runtime')\nc.converse(modelId='a.b-v1:0')\n"),
        ["a.b-v1:0"]
    );
}

#[test]
fn what_is_imported_by_its_name_is_followed() {
    for code in [
        "import importlib\nm = importlib.import_module('openai')\nm.OpenAI()\n",
        "from importlib import import_module\nimport_module('openai').OpenAI()\n",
        "m = __import__('openai')\nm.OpenAI()\n",
        "import openai\nmake = getattr(openai, 'OpenAI')\nmake()\n",
        "import openai\ngetattr(openai, 'OpenAI')()\n",
        "import openai\nMake = openai.OpenAI\nMake()\n",
        "import openai\n(openai).OpenAI()\n",
        "import openai\nCLIENTS = {'a': openai.OpenAI}\n",
        "import openai\ndef make():\n    return openai.OpenAI\n",
        "import openai\ntext = f\"{openai.OpenAI()}\"\n",
    ] {
        let found = names(code);
        assert!(found.iter().all(|it| it == "openai") && !found.is_empty(), "{code}{found:?}");
    }
}

#[test]
fn a_request_to_a_service_is_evidence_and_its_address_alone_is_none() {
    for code in [
        "import requests\nrequests.post('https://api.openai.com/v1/chat/completions', json=x)\n",
        "import httpx\nURL = 'https://api.openai.com/v1'\nhttpx.post(URL)\n",
        "session.post(url=f'https://api.openai.com/{path}')\n",
    ] {
        assert_eq!(names(code), ["openai"], "{code}");
    }
    assert_eq!(evidence("URL = 'https://api.openai.com/v1'\nshow(URL)\n"), []);
    assert_eq!(evidence("import requests\nrequests.get('https://example.com')\n"), []);
}

#[test]
fn a_model_of_a_file_counts_where_it_predicts() {
    let load = "import joblib\nm = joblib.load('m.bin')\n";
    assert_eq!(names(&format!("{load}m.predict(x)\n")), ["joblib.load"]);
    assert_eq!(names(&format!("{load}m.items()\n")), Vec::<String>::new());
}

#[test]
fn the_revision_of_a_model_is_read_and_what_it_generates() {
    let of = |source: &str| {
        let found = detections(source).into_iter().next().unwrap();
        (found.name, found.version, found.generates)
    };
    let (id, revision) = ("acme/bird-net".to_owned(), Some("8d2f1c0".to_owned()));
    let rows = [
        (
            "from transformers import AutoModelForCausalLM as M\n\
             M.from_pretrained('acme/bird-net', revision='8d2f1c0')\n",
            (id.clone(), revision.clone(), true),
        ),
        (
            "from huggingface_hub import snapshot_download\nREV = '8d2f1c0'\n\
             snapshot_download('acme/bird-net', revision=REV)\n",
            (id.clone(), revision, false),
        ),
        (
            "from transformers import pipeline\npipeline('summarization', model='acme/bird-net')\n",
            (id.clone(), None, true),
        ),
        (
            "from transformers import pipeline\npipeline('ner', model='acme/bird-net')\n",
            (id, None, false),
        ),
    ];
    for (source, expected) in rows {
        assert_eq!(of(source), expected, "{source}");
    }
}

#[test]
fn ids_that_an_argument_is_compared_with_are_its_ids() {
    let source = "from transformers import GPT2LMHeadModel\ndef load(kind):\n    \
        assert kind in {'gpt2', 'gpt2-large'}\n    return GPT2LMHeadModel.from_pretrained(kind)\n";
    assert_eq!(names(source), ["gpt2", "gpt2-large"]);
    let other = source.replace("in {'gpt2', 'gpt2-large'}", "in {'gpt2', size}");
    assert_eq!(names(&other), ["transformers.GPT2LMHeadModel.from_pretrained"]);
}

#[test]
fn an_id_in_a_text_is_a_hint_and_given_to_a_model_beside_a_client_evidence() {
    let of = |source: &str| {
        let found = detections(source).into_iter();
        let ids = found.filter(|it| it.kind == AssetKind::HostedModel);
        ids.map(|it| (it.name, it.strength)).collect::<Vec<_>>()
    };
    let id = "claude-sonnet-4-20250514".to_owned();
    let given = "class C:\n    model: str = 'claude-sonnet-4-20250514'\n";
    assert_eq!(of(given), [(id.clone(), Strength::Hint)]);
    let client = format!("import anthropic\nanthropic.Anthropic()\n{given}");
    assert_eq!(of(&client), [(id.clone(), Strength::Evidence)]);
    let listed = "import anthropic\nanthropic.Anthropic()\nX = ['claude-sonnet-4-20250514']\n";
    assert_eq!(of(listed), [(id, Strength::Hint)]);
    assert_eq!(of("# 'claude-sonnet-4-20250514'\nx = 'the claude-3 family of models'\n"), []);
}

#[test]
fn an_imported_library_is_told_by_its_module() {
    let libraries = |source: &str| {
        let found = python::detections(source).into_iter();
        let found = found.filter(|it| it.kind == AssetKind::Framework);
        found.map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(
        libraries("import os, torch.nn as nn\nfrom sklearn import svm\n"),
        ["torch", "sklearn"]
    );
    assert_eq!(libraries("from tiktoken import *\n"), ["tiktoken"]);
    assert_eq!(libraries("from . import torch\nfrom .torch import nn\n# import torch\n"), [""; 0]);
    assert_eq!(libraries("import openai\n"), [""; 0]);
    let found = python::detections("try:\n    import torch\nexcept ImportError:\n    torch = 0\n");
    assert_eq!(found[0].strength, Strength::Hint);
}

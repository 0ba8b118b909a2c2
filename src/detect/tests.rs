//! What is evidence, what is a hint, and what is nothing.

use super::*;
use crate::asset::{AssetKind, Strength};
use crate::snapshot::memory::MemorySnapshot;

/// The role of a path of which no system is known.
fn role(path: &RepoPath) -> PathRole {
    PathRole::of(path, &RepoPath::root())
}

fn found(files: Vec<(&'static str, Vec<u8>)>) -> Vec<(AssetKind, String, Strength, PathRole)> {
    let snapshot = MemorySnapshot::new(files);
    let inventory = inventory(
        &View::new(&snapshot, RepoPath::root()),
        Breadth::All,
        &role,
        &OwnAi::default(),
        &FileCache::default(),
    );
    assert_eq!(inventory.unread, []);
    inventory
        .assets
        .into_iter()
        .map(|asset| (asset.kind, asset.name, asset.strength, asset.role))
        .collect()
}

/// What a source of Python shows beside the libraries that it imports.
fn python(source: &str) -> Vec<(AssetKind, String)> {
    found(vec![("app.py", source.as_bytes().to_vec())])
        .into_iter()
        .filter(|(kind, ..)| *kind != AssetKind::Framework)
        .map(|(kind, name, ..)| (kind, name))
        .collect()
}

#[test]
fn hosted_clients_are_found_however_they_are_imported() {
    let openai = vec![(AssetKind::HostedService, "openai".to_owned())];
    for source in [
        "import openai\nclient = openai.OpenAI()\n",
        "from openai import OpenAI\nclient = OpenAI(api_key='x')\n",
        "from openai import OpenAI as Model\n\ndef make():\n    return Model()\n",
        "try:\n    from openai import OpenAI\nexcept ImportError:\n    from .stub import \
         OpenAI\nOpenAI()\n",
        "from openai import *\nclient = OpenAI()\n",
        "import openai\nmake = openai.OpenAI\n",
        "import openai\nclass C(openai.OpenAI):\n    pass\n",
        "import openai\nfield(default_factory=openai.OpenAI)\n",
        "from openai import OpenAI\n(OpenAI)()\n",
        "import os, \\\n    openai\nopenai.OpenAI()\n",
        "from \\\n openai import OpenAI\nOpenAI()\n",
        "import openai as o\no.chat.completions.create(messages=[])\n",
        "def f():\n    import openai\n    return openai.AsyncOpenAI()\n",
    ] {
        assert_eq!(python(source), openai, "{source}");
    }
    let bedrock = "import boto3\nclient = boto3.client('bedrock-runtime')\nboto3.client('s3')\n";
    let by_name = "import boto3\nboto3.Session().client(service_name='bedrock-runtime')\n";
    assert_eq!(python(by_name), [(AssetKind::HostedService, "bedrock".to_owned())]);
    assert_eq!(python(bedrock), [(AssetKind::HostedService, "bedrock".to_owned())]);
}

#[test]
fn words_comments_docstrings_and_unused_imports_are_nothing() {
    for source in [
        "import openai\n",
        "# client = OpenAI()\n\"\"\"from openai import OpenAI\nOpenAI()\"\"\"\n",
        "name = 'openai.OpenAI()'\n",
        "class OpenAI: pass\nOpenAI()\n",
        "from openai import OpenAI\ndef f(client: OpenAI) -> OpenAI:\n    return client\n",
        "from .openai import OpenAI\nOpenAI()\n",
        "from myproject import torch\nloss.forward()\n",
    ] {
        assert_eq!(python(source), [], "{source}");
    }
}

#[test]
fn hub_ids_are_read_from_literals_constants_and_keywords() {
    let cases = [
        (
            "from transformers import AutoModel\nAutoModel.from_pretrained('org/name')\n",
            Some("org/name"),
        ),
        (
            "import transformers as \
             t\nt.AutoModel.from_pretrained(pretrained_model_name_or_path=\"gpt2\")\n",
            Some("gpt2"),
        ),
        (
            "from transformers import pipeline\npipeline('text-classification', model='org/clf')\n",
            Some("org/clf"),
        ),
        ("from transformers import pipeline\npipeline('text-generation', 'gpt2')\n", Some("gpt2")),
        (
            "from sentence_transformers import SentenceTransformer\nNAME = \
             'all-MiniLM'\nSentenceTransformer(NAME)\n",
            Some("all-MiniLM"),
        ),
    ];
    for (source, id) in cases {
        let expected: Vec<_> =
            id.map(|id| (AssetKind::HubModel, id.to_owned())).into_iter().collect();
        assert_eq!(python(source), expected, "{source}");
    }
    let data = [
        "from huggingface_hub import hf_hub_download\nhf_hub_download(repo_id='org/data', \
         repo_type='dataset')\n",
        "from datasets import load_dataset\nload_dataset('org/data', split='train')\n",
        "import tensorflow_datasets as tfds\ntfds.load(name='org/data')\n",
    ];
    for source in data {
        assert_eq!(python(source), [(AssetKind::HubDataset, "org/data".to_owned())], "{source}");
    }
    let files = "import datasets\ndatasets.load_dataset('csv', \
        data_files='a.csv')\nload_dataset(path)\n";
    assert_eq!(python(files), []);
    // A model that the code does not name, or one that is no other's.
    for argument in
        ["sys.argv[1]", "'./local'", "'weights/model.pt'", "'outputs/merged'", "f'org/{name}'"]
    {
        let unnamed =
            format!("from transformers import AutoModel\nAutoModel.from_pretrained({argument})\n");
        assert_eq!(
            python(&unnamed),
            [(AssetKind::ModelUse, "transformers.AutoModel.from_pretrained".to_owned())],
            "{argument}"
        );
    }
}

#[test]
fn defined_and_trained_models_are_found() {
    let source = "import torch.nn as nn\nimport torch\nclass \
        Net(nn.Module):\n    pass\nloss.backward()\n";
    assert_eq!(
        python(source),
        [(AssetKind::ModelDefinition, "Net".into()), (AssetKind::Training, "backward".into())]
    );
    let optimizer = "import torch\nfrom torch.optim import SGD\nSGD(p)\ntorch.optim.Adam(p)\n";
    assert_eq!(
        python(optimizer),
        [
            (AssetKind::Training, "torch.optim.SGD".into()),
            (AssetKind::Training, "torch.optim.Adam".into())
        ]
    );
    let session = "import tensorflow as tf\nwith tf.Session() as sess: pass\n";
    assert_eq!(python(session), [(AssetKind::ModelUse, "tensorflow.Session".into())]);
    let scaler = "from sklearn.preprocessing import StandardScaler\nStandardScaler().fit(x)\n";
    assert_eq!(python(scaler), []);
    let fit = "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(x, \
        y)\n";
    assert_eq!(
        python(fit),
        [(AssetKind::Training, "sklearn.linear_model.LogisticRegression.fit".into())]
    );
}

#[test]
fn notebooks_are_read_cell_by_cell() {
    let notebook = r##"{"cells": [
        {"cell_type": "markdown", "source": "OpenAI()"},
        {"cell_type": "code", "source": ["%pip install openai\n", "from openai import OpenAI\n"]},
        {"cell_type": "code", "source": "client = OpenAI()"}
    ], "nbformat": 4}"##;
    let client =
        (AssetKind::HostedService, "openai".to_owned(), Strength::Evidence, PathRole::Product);
    let code = r#""import openai\nopenai.OpenAI()""#;
    for text in [
        notebook.to_owned(),
        format!("\u{feff}{{\"cells\": [{{\"source\": {code}}}, {{\"source\": null}}]}}"),
        format!(
            "{{\"worksheets\": [{{\"cells\": [{{\"cell_type\": \"code\", \"input\": \
            [{code}]}}]}}]}}"
        ),
    ] {
        assert_eq!(
            found(vec![("a.ipynb", text.clone().into())]),
            std::slice::from_ref(&client),
            "{text}"
        );
    }
    assert_eq!(found(vec![("empty.ipynb", b"\n".to_vec())]), []);
    let cell = |source: &str| {
        let source = serde_json::to_string(source).unwrap();
        let text = format!("{{\"cells\": [{{\"cell_type\": \"code\", \"source\": {source}}}]}}");
        found(vec![("a.ipynb", text.into_bytes())]).len()
    };
    for source in
        ["%time c = OpenAI()", "%timeit -n 10 -q OpenAI()", "%%time\nOpenAI()", "OpenAI()"]
    {
        assert_eq!(cell(&format!("{source}\n")), 0, "nothing is imported");
        let (magic, rest) = source.split_once('\n').unwrap_or(("", source));
        let source = format!("{magic}\nfrom openai import OpenAI\n{rest}\n");
        assert_eq!(cell(source.trim_start()), 1, "{source}");
    }
    for source in ["%%bash\nfrom openai import OpenAI\nOpenAI()", "!import openai; openai.OpenAI()"]
    {
        assert_eq!(cell(source), 0, "{source}");
    }
}

#[test]
fn numbers_of_python_in_an_output_damage_no_notebook() {
    let text = "{\"cells\": [{\"cell_type\": \"code\", \"outputs\": [{\"y\": [NaN, -Infinity]}], \
                \"source\": [\"from openai import OpenAI\\n\", \"c = OpenAI()  # NaN \\\"\"]}]}";
    let snapshot = MemorySnapshot::new([("a.ipynb", text)]);
    let view = View::new(&snapshot, RepoPath::root());
    let inventory = inventory(&view, Breadth::All, &role, &OwnAi::default(), &FileCache::default());
    assert!(inventory.unread_product().is_empty() && inventory.uses_ai());
}

#[test]
fn a_script_is_python_by_its_first_line() {
    let text = "#!/usr/bin/env python3\nfrom openai import OpenAI\nc = OpenAI()\n";
    for (path, first, expected) in [("bin/serve", "", true), ("bin/serve", "\n", false)] {
        let text = format!("{first}{text}");
        let snapshot = MemorySnapshot::new([(path, text.as_str())]);
        let view = View::new(&snapshot, RepoPath::root());
        let inventory =
            inventory(&view, Breadth::All, &role, &OwnAi::default(), &FileCache::default());
        assert_eq!(inventory.uses_ai(), expected, "{text}");
    }
}

#[test]
fn a_notebook_that_cannot_be_read_is_not_one_without_ai() {
    for text in ["{\"cells\": [", "{\"cells\": 1}", "no"] {
        let snapshot = MemorySnapshot::new([("a.ipynb", text)]);
        let inventory = inventory(
            &View::new(&snapshot, RepoPath::root()),
            Breadth::All,
            &role,
            &OwnAi::default(),
            &FileCache::default(),
        );
        assert_eq!(inventory.unread_product().len(), 1, "{text}");
    }
}

#[test]
fn filler_imports_hide_nothing_and_cost_little() {
    let filler: String = (0..20_000)
        .map(|n| {
            format!(
                "from a{n} import *\nfrom b{n} import OpenAI\nimport openai.x{n} as \
            OpenAI\n"
            )
        })
        .collect();
    let calls = "OpenAI()\nf()\nx.client()\n".repeat(20_000);
    let source = format!("{filler}from openai import OpenAI\n{calls}");
    assert_eq!(python(&source), [(AssetKind::HostedService, "openai".into())]);
}

#[test]
fn hostile_source_is_survived() {
    let deep = format!("import torch\n{}", "(".repeat(100_000));
    assert_eq!(python(&deep), []);
    assert_eq!(
        python("import openai\nopenai.OpenAI()\n\u{202e}def broken(:\n"),
        [(AssetKind::HostedService, "openai".into())]
    );
}

fn safetensors() -> Vec<u8> {
    let header = br#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    [&(header.len() as u64).to_le_bytes()[..], header, &[0; 4]].concat()
}

#[test]
fn weights_are_known_by_their_bytes_under_any_name() {
    let lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".to_vec();
    let dvc = b"outs:\n- md5: 0\n  path: model.pt\n".to_vec();
    let evidence =
        |kind, name: &str| (kind, name.to_owned(), Strength::Evidence, PathRole::Product);
    assert_eq!(
        found(vec![
            ("a.safetensors", safetensors()),
            ("b.dat", safetensors()),
            ("c.gguf", b"GGUF\x03\0\0\0rest".to_vec()),
            (
                "d.bin",
                b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0\
                    archive/data.pklx"
                    .to_vec(),
            ),
            ("e.onnx", b"\x08\x08\x12\x07pytorch".to_vec()),
            ("f.pkl", b"\x80\x04\x95csklearn.svm\n".to_vec()),
            ("g.pt", lfs.clone()),
            ("h.pt.dvc", dvc),
            ("data.csv.dvc", b"outs:\n- path: data.csv\n".to_vec()),
            ("i.psd", lfs.clone()),
            ("rows.csv", lfs),
            ("own.csv", b"a,b\n1,2\n".to_vec()),
            ("j.bin", b"anything else".to_vec()),
            ("k.md", safetensors()),
        ]),
        [
            evidence(AssetKind::Weights, "a.safetensors"),
            evidence(AssetKind::Weights, "b.dat"),
            evidence(AssetKind::Weights, "c.gguf"),
            evidence(AssetKind::Weights, "d.bin"),
            evidence(AssetKind::DataPointer, "data.csv.dvc"),
            evidence(AssetKind::Weights, "e.onnx"),
            evidence(AssetKind::Weights, "f.pkl"),
            evidence(AssetKind::WeightsPointer, "g.pt"),
            evidence(AssetKind::WeightsPointer, "h.pt.dvc"),
            evidence(AssetKind::DataPointer, "rows.csv"),
        ]
    );
}

#[test]
fn a_name_without_a_valid_header_is_a_hint() {
    let hints = found(vec![
        ("a.safetensors", b"not one".to_vec()),
        ("b.onnx", b"text".to_vec()),
        ("c.pt", vec![]),
    ]);
    let expected =
        |name: &str| (AssetKind::Weights, name.to_owned(), Strength::Hint, PathRole::Product);
    assert_eq!(hints, [expected("a.safetensors"), expected("b.onnx")]);
}

#[test]
fn manifests_hint_and_never_prove() {
    let snapshot = MemorySnapshot::new([
        ("requirements-dev.txt", "# tools\nTorch>=2\nrequests\n-e .\n"),
        (
            "pyproject.toml",
            "[project]\ndependencies = \
             [\n  \"sentence_transformers[x]>=3\",\n]\n[tool.poetry.dependencies]\nopenai = '*'\n",
        ),
        ("package.json", "{\"dependencies\": {\"@anthropic-ai/sdk\": \"1\", \"left-pad\": \"1\"}}"),
    ]);
    let inventory = inventory(
        &View::new(&snapshot, RepoPath::root()),
        Breadth::All,
        &role,
        &OwnAi::default(),
        &FileCache::default(),
    );
    let names: Vec<&str> = inventory.assets.iter().map(|asset| asset.name.as_str()).collect();
    assert_eq!(names, ["@anthropic-ai/sdk", "sentence-transformers", "openai", "torch"]);
    assert!(!inventory.uses_ai());
    assert!(inventory.reason().contains("a hint only"), "{}", inventory.reason());
}

#[test]
fn evidence_beside_the_product_is_no_use_of_ai() {
    let snapshot = MemorySnapshot::new([("tests/test_x.py", "import openai\nopenai.OpenAI()\n")]);
    let inventory = inventory(
        &View::new(&snapshot, RepoPath::root()),
        Breadth::All,
        &role,
        &OwnAi::default(),
        &FileCache::default(),
    );
    assert!(!inventory.uses_ai());
    assert_eq!(
        inventory.reason(),
        "no model, training code or hosted-model client in 1 file; beside the product only: a \
         client of a hosted model (`openai`) in tests/test_x.py"
            .replace("(`openai`)", "`openai`")
    );
}

#[test]
fn spellings_of_a_service_are_one_service() {
    assert!(same_service("OpenAI", "openai"));
    assert!(same_service("huggingface_inference", "huggingface-inference"));
    assert!(!same_service("openai", "azure"));
}

"""Fills a tracking server with runs that are hard to export, and compares exports with the client.

  frames.py seed URL
  frames.py compare URL '[[FILE, {arguments of mlflow.search_runs}], ...]'   JSON lines: rows or error
  frames.py nested URL '[FILE, ...]'                                         compares runs-nested with the client
  frames.py filters URL                                                      JSON lines: filter, run ids or null
"""

import itertools
import json
import sys

import mlflow
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, ViewType
from mlflow.tracking import MlflowClient

T = 1_760_000_000_000


def seed(client):
    first = client.create_experiment("first")
    second = client.create_experiment("zweitens ü 名前")
    client.create_experiment("empty")
    still_open = client.create_experiment("open")
    wide = client.create_experiment("wide")
    gone = client.create_experiment("gone")

    def run(experiment, start, end=None, metrics=(), params=(), tags=(), status="FINISHED", delete=False):
        run_id = client.create_run(experiment, start_time=start, tags=dict(tags)).info.run_id
        metrics = [Metric(key, value, start, 0) for key, value in dict(metrics).items()]
        for at in range(0, len(metrics), 1000):
            client.log_batch(run_id, metrics=metrics[at : at + 1000])
        client.log_batch(run_id, params=[Param(key, value) for key, value in dict(params).items()])
        if end is not None:
            client.set_terminated(run_id, status, end)
        if delete:
            client.delete_run(run_id)
        return run_id

    nan, inf = float("nan"), float("inf")
    trained = run(first, T, T + 1000, {"loss": 0.5, "acc": nan}, {"lr": "0.1", "empty": ""}, {"mlflow.user": "ann"})
    data = Dataset("train set", "d1", "code", json.dumps({"uri": "s3://x"}))
    client.log_inputs(trained, [DatasetInput(data, [InputTag("mlflow.data.context", "Training")])])
    run(first, T, T + 2000, {"loss": inf, "µ/größe": -0.0}, {"model": "cnn", "π": "😀"}, {"team": "ü\"'\n</script>"})
    run(first, T + 5, None, {"loss": -0.25, "acc": 0.9}, {"model": "CNN"}, {"mlflow.user": "bob"}, "RUNNING")
    run(first, T + 7, T + 9, {"loss": 1.0}, {"model": "rnn_1"}, {}, "FAILED")
    run(first, T + 8, T + 9, {"loss": 0.0}, {"model": "a%b"}, {"team": "A"}, "KILLED")
    run(first, T + 8, T + 9, {"loss": 2.0}, {}, {}, "FAILED", delete=True)
    run(second, T + 20, T + 30, {"loss": -inf, "b only": 3}, {"lr": "0.1"}, {"empty": "", "mlflow.user": ""})
    run(second, 1, 5, {"loss": 1e-300}, {"LR": "0.1"}, {"team": "a"})
    run(still_open, T, None, {"m": 1.0}, {"p": "1"})
    run(still_open, T + 1, None, {"m": 2.0})
    for number in range(3):
        run(wide, T + number, T + 10, {f"k{key:04}": key * 1.5 for key in range(number * 1000, 3000)})
    run(gone, T, T + 1)
    client.delete_experiment(gone)


def compare(path, arguments):
    import pandas
    import pyarrow

    expected = mlflow.search_runs(**arguments)
    if path.endswith(".parquet"):
        actual = pandas.read_parquet(path)
        assert sorted(actual.columns) == sorted(expected.columns), set(actual) ^ set(expected)
        pandas.testing.assert_frame_equal(actual[list(expected.columns)], expected)
        return {"rows": len(actual)}
    with pyarrow.OSFile(path) as file:
        opener = pyarrow.ipc.open_file if path.endswith(".arrow") else pyarrow.ipc.open_stream
        actual = opener(file).read_all().to_pandas()
    assert sorted(actual.columns) == sorted(expected.columns), set(actual) ^ set(expected)
    pandas.testing.assert_frame_equal(actual[list(expected.columns)], expected)
    return {"rows": len(actual)}


def nested(path):
    import pyarrow
    import pyarrow.parquet

    if path.endswith(".parquet"):
        table = pyarrow.parquet.read_table(path)
    else:
        with pyarrow.OSFile(path) as file:
            table = pyarrow.ipc.open_file(file).read_all()
    text, time = pyarrow.string(), pyarrow.timestamp("us", tz="UTC")
    kinds = [
        (field.name, (field.type.key_type, field.type.item_type) if pyarrow.types.is_map(field.type) else field.type)
        for field in table.schema
    ]
    # The columns that Databricks documents for Spark's data source of an experiment.
    assert kinds == [
        ("run_id", text),
        ("experiment_id", text),
        ("metrics", (text, pyarrow.float64())),
        ("params", (text, text)),
        ("tags", (text, text)),
        ("start_time", time),
        ("end_time", time),
        ("status", text),
        ("artifact_uri", text),
    ], kinds
    runs = {run.info.run_id: run for run in mlflow.search_runs(search_all_experiments=True, output_format="list")}
    told = table.to_pylist()
    assert len(told) == len(runs)
    for row in told:
        run = runs[row["run_id"]]
        for name in ("metrics", "params", "tags"):
            assert repr(sorted(row[name])) == repr(sorted(getattr(run.data, name).items())), row[name]
        for name in ("start_time", "end_time"):
            ms = None if row[name] is None else round(row[name].timestamp() * 1000)
            assert ms == getattr(run.info, name), (name, ms)
        for name in ("experiment_id", "status", "artifact_uri"):
            assert row[name] == getattr(run.info, name), name
    return {"rows": len(told)}


def filters():
    numbers = ["0", "0.5", "-0.25", "1", "1e-300", "2.5", "-1", "1.7976931348623157e308"]
    yield from (
        f"{entity}.{key} {op} {number}"
        for entity, key, op, number in itertools.product(
            ["metrics"], ["loss", "acc"], ["=", "!=", ">", ">=", "<", "<="], numbers
        )
    )
    texts = ["'cnn'", "'CNN'", "'c%'", "'%n%'", "'rnn_1'", "'rnn__'", "'a%b'", "'_nn'", "''", "\"cnn\""]
    yield from (
        f"params.model {op} {text}"
        for op, text in itertools.product(["=", "!=", "LIKE", "ILIKE", "like"], texts)
    )
    yield from (
        f"tags.team {op} {text}"
        for op, text in itertools.product(["=", "!=", "LIKE", "ILIKE"], ["'a'", "'A'", "'%'", "'ü%'", "'zz'"])
    )
    yield from (
        f"attributes.{key} {op} {time}"
        for key, op, time in itertools.product(
            ["start_time", "end_time"], ["=", "!=", ">", ">=", "<", "<="], [1, T, T + 8]
        )
    )
    yield from (
        f"{prefix}status {op} {text}"
        for prefix, op, text in itertools.product(
            ["attributes.", "attr.", "run.", ""], ["=", "!=", "LIKE"], ["'FINISHED'", "'FAILED'", "'F%'"]
        )
    )
    yield from [
        "",
        "params.lr = '0.1'",
        "params.LR = '0.1'",
        "params.empty = ''",
        "params.empty != 'x'",
        "params.π = '😀'",
        "params.`π` = '😀'",
        "metrics.`µ/größe` = 0",
        "metrics.`b only` > 2",
        'metrics."b only" > 2',
        "tags.`mlflow.user` = 'ann'",
        "tags.mlflow.user ILIKE 'A%'",
        "user_id = 'bob'",
        "attributes.user_id != 'ann'",
        "user_id = ''",
        "user_id LIKE '%'",
        "tags.empty = ''",
        "metrics.loss < 1 and params.model = 'cnn'",
        "metrics.loss < 1 AND params.model LIKE '%nn' AND tags.`mlflow.user` = 'bob'",
        "params.model = 'cnn' and params.model = 'CNN'",
        "params.model IS NULL",
        "params.model IS NOT NULL",
        "tags.team IS NULL and metrics.loss > 0",
        "run_name LIKE '%-%'",
        "run_name = 'no such run'",
        "attributes.artifact_uri LIKE '%artifacts%'",
        "run_id IN ('x', 'y')",
        "run_id NOT IN ('x')",
        "dataset.name = 'nothing'",
        # Spellings of names
        "metric.loss > 0",
        "param.model = 'cnn'",
        "parameter.model = 'cnn'",
        "parameters.model = 'cnn'",
        "tag.team = 'a'",
        "params.\"model\" = 'cnn'",
        "params.`model` ILIKE 'CNN'",
        "metrics.'loss' > 0",
        "metrics. loss > 0",
        "metrics .loss > 0",
        "tags.`mlflow.runName` LIKE '%'",
        "`start_time` > 1",
        "created > 1",
        "attributes.Created > 1",
        "attributes.`Run name` LIKE '%-%'",
        "run.run_name LIKE '%-%'",
        "attributes.run_id = 'x'",
        "run_id LIKE '%a%'",
        "attributes.run_id ILIKE '%A%'",
        # White space, case and several tests
        "metrics.loss>0",
        "  metrics.loss > 0  ",
        "\tmetrics.loss\n>\t0",
        "metrics.loss>=0.5 and metrics.loss<=1",
        "tags.team is null",
        "params.model IS  NOT  NULL",
        f"metrics.loss > 0 and params.model = 'cnn' and tags.team like 'ü%' and start_time >= {T}",
        "status = 'FINISHED' and status != 'FINISHED'",
        # Spellings of values
        "metrics.loss > .5",
        "metrics.loss > 5.",
        "metrics.loss > 1e-3",
        "metrics.loss > -1E-3",
        "metrics.loss > +1",
        "metrics.loss > 0x1",
        "metrics.loss > 1_000",
        "metrics.loss > NaN",
        "metrics.loss > inf",
        "start_time > 1.5",
        "start_time > 99999999999999999999",
        "params.model = 'it''s'",
        "params.model = 'a\\%b'",
        "params.model LIKE 'a\\%b'",
        "run_id IN ('x',)",
        "run_id IN ()",
        "run_id IN ('x' 'y')",
        "run_id IN (1)",
        # Data sets
        "dataset.name = 'train set'",
        "datasets.name = 'train set'",
        "dataset.name != 'train set'",
        "dataset.name LIKE 'train%'",
        "dataset.name ILIKE 'TRAIN%'",
        "dataset.digest = 'd1'",
        "dataset.digest IN ('d1', 'd2')",
        "dataset.name NOT IN ('train set')",
        "dataset.context = 'Training'",
        "dataset.context LIKE 'train%'",
        "dataset.context ILIKE 'train%'",
        "dataset.name = 'train set' and dataset.context = 'Training' and metrics.loss < 1",
        "datasets.name = 'train set' AND datasets.digest = 'd1'",
        "datasets.name IN ('train set', 'no set')",
        # Quotes around the parts of a name
        "`metrics`.loss > 0",
        "`params`.model = 'cnn'",
        "`metrics`.`loss` > 0",
        "\"params\".model = 'cnn'",
        "metrics.`a-b` = 1",
        "metrics.\"a//b#$$@&c\" = 1",
        "params.\"a.b.c\" = 'x'",
        "params.a.b.c = 'x'",
        "tags.`a b`.c = 'x'",
        # Refused
        "metrics.loss > 0; metrics.acc < 1",
        "`metrics.loss > 0",
        "metric`.loss > 0",
        "`metrics.loss` > 0",
        "params.'model = 'cnn'",
        "params.model = cnn'",
        "params.model = \"cnn'",
        "params.model = `cnn`",
        "params.model = = 'cnn'",
        "params.model != ",
        "params.model cnn",
        "params.model cnn !=",
        "params.model ~ 'cnn'",
        "metrics.loss ~= 1",
        "metrics.loss != metrics.acc",
        "metrics.loss > 0 NAND params.model = 'cnn'",
        "metrics.loss > 0 AND (params.model = 'cnn')",
        "attri.status = 'FINISHED'",
        "m.loss > 0",
        "attributes._status = 'FINISHED'",
        "attributes.start > 0",
        "attributes.name = 'x'",
        "status = true",
        "status = 1",
        "status IS 'FINISHED'",
        "status IS NULL",
        "loss IS NULL",
        "dataset.name IS NULL",
        "dataset.name ~ 'a'",
        "dataset.profile = 'x'",
        "dataset.status = 'x'",
        "1=1",
        "1==2",
        "dataset.source = 'x'",
        "dataset.name > 'a'",
        "dataset.name = 1",
        "attributes.lifecycle_stage = 'active'",
        "attributes.experiment_id = '1'",
        "attributes.nonsense = 'a'",
        "status = FINISHED",
        "start_time > '1'",
        "metrics.loss == 1",
        "metrics.loss <> 1",
        "metrics.loss IS NULL",
        "params.model NOT LIKE 'c%'",
        "params.model RLIKE 'c'",
        "params.model IN ('cnn')",
        "metrics.loss BETWEEN 0 AND 1",
        "NOT metrics.loss > 0",
        "(metrics.loss > 0)",
        "metrics.loss > 0;",
        "metrics.loss > 0 -- note",
        "metrics.loss > 0 AND",
        "AND metrics.loss > 0",
        "params.model = cnn",
        "params.model = 'c",
        "'cnn' = params.model",
        "0 < metrics.loss",
        "   ",
        "metrics.loss = 'a'",
        "metrics.loss LIKE 'a'",
        "params.model > 'a'",
        "params.lr = 0.1",
        "nonsense.key = 'a'",
        "metrics.loss <",
        "metrics.loss < 1 or metrics.loss > 2",
        "status IN ('FINISHED')",
        "loss < 1",
        "metrics.loss < 1 metrics",
        "status > 'FINISHED'",
        "start_time LIKE 'a'",
    ]


def answers(client):
    found = client.search_experiments(view_type=ViewType.ACTIVE_ONLY)
    experiments = [e.experiment_id for e in found if e.name != "wide"]
    for text in filters():
        try:
            runs = client.search_runs(experiments, text, max_results=1000)
            print(json.dumps({"filter": text, "ids": [run.info.run_id for run in runs]}))
        except mlflow.exceptions.MlflowException as error:
            print(json.dumps({"filter": text, "ids": None, "error": str(error)}))


command, url, *rest = sys.argv[1:]
mlflow.set_tracking_uri(url)
if command == "seed":
    seed(MlflowClient())
elif command == "nested":
    for path in json.loads(rest[0]):
        print(json.dumps(nested(path)))
elif command == "compare":
    for path, arguments in json.loads(rest[0]):
        try:
            print(json.dumps(compare(path, arguments)))
        except AssertionError as error:
            print(json.dumps({"error": str(error)}))
else:
    answers(MlflowClient())

// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Stands in for what a test does not serve.

use super::*;

/// Answers every operation with `UNAVAILABLE`.
#[derive(Debug, Clone, Copy)]
pub struct Unserved;

impl Apis {
    /// Serves nothing. A test puts in the parts that it needs.
    pub fn unserved() -> Self {
        Self {
            things: Arc::new(Unserved),
            health: Arc::new(Unserved),
        }
    }
}

fn unserved<T>() -> Result<T, Problem> {
    Err(Problem::new(
        ProblemCode::Unavailable,
        "Nothing serves this operation.",
    ))
}

#[async_trait]
impl ThingsApi for Unserved {
    async fn list_things(&self, _: Call, _: ListThingsParams) -> Result<ListThingsReply, Problem> {
        unserved()
    }
    async fn create_thing(&self, _: Call, _: NewThing) -> Result<CreateThingReply, Problem> {
        unserved()
    }
    async fn get_thing(&self, _: Call, _: GetThingParams) -> Result<GetThingReply, Problem> {
        unserved()
    }
    async fn patch_thing(
        &self,
        _: Call,
        _: PatchThingParams,
        _: ThingPatch,
    ) -> Result<PatchThingReply, Problem> {
        unserved()
    }
    async fn export_things(&self, _: Call) -> Result<ExportThingsReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl HealthApi for Unserved {
    async fn get_health(&self, _: Call) -> Result<GetHealthReply, Problem> {
        unserved()
    }
}
